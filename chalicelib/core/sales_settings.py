"""The settings of sales."""

from typing import Literal

from pydantic import Field, SecretStr

from chalicelib.core.channel_settings import ChannelSettings

_DAY, _CLOCK = "(mon|tue|wed|thu|fri|sat|sun)", "(2[0-4]|[01]?[0-9]):[0-5][0-9]"
_WEEK = f"{_DAY}(-{_DAY})? {_CLOCK}-{_CLOCK}(, ?{_DAY}(-{_DAY})? {_CLOCK}-{_CLOCK})*"
WEEKS = f"^{_WEEK}(; ?[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}} {_WEEK})*$"
"""How hours of work are written down."""


class SalesSettings(ChannelSettings):
    """Part of `Settings`."""

    sales_profile: str | None = Field(
        None,
        description='Whom sales looks for, as JSON: `{"industry": ["it"], "company_size": ["1-10"], "lowest_price": 2000}`, the price in '
        "roubles; without it no lead is judged by these",
    )
    sales_assign: Literal["none", "fewest_open"] = Field(
        "none", description="Whose a new lead is where nobody says: nobody's, or the manager's who has the fewest open ones"
    )
    sales_sees_all: bool = Field(False, description="Managers see each other's leads too")
    sales_currency: str = Field("RUB", description="The currency of deals: three capital letters")
    sales_answer_minutes: int = Field(
        15, ge=1, le=10_080, description="After how many minutes without a first answer of ours the admin is told of a lead"
    )
    sales_hours: str = Field(
        "mon-fri 10:00-19:00",
        pattern=WEEKS,
        description="When leads are answered: `mon-fri 10:00-19:00, sat 11:00-15:00`. Waits are shown by these hours too. "
        "Other hours are added after a semicolon with their first day, `…; 2027-01-11 mon-sat 09:00-20:00`: days before it stay as counted",
    )

    files_bucket: str | None = Field(
        None, description="The bucket that recordings are put into; a deployed stage has one of its own, and is told its name"
    )
    transcriber: Literal["none", "transcribe", "openai"] = Field(
        "none", description="Who hears recordings: nobody, Amazon Transcribe, or a server that speaks as OpenAI's does"
    )
    transcribe_language: str = Field(
        "ru-RU", pattern="^[a-z]{2}-[A-Z]{2}$", description="The language of recordings: `ru-RU`, `en-US`, `uz-UZ`"
    )
    transcriber_url: str = Field("https://api.openai.com/v1", description="Base address of such a server")
    transcriber_key: SecretStr | None = Field(None, description="Its key; without it such a server hears nothing")
    transcriber_model: str = Field("whisper-1", description="Its model")
    recording_hosts: str | None = Field(
        None, description="Hosts with commas from which `recording_url` is fetched, of the telephony alone; none fetches nothing"
    )
    crm_hosts: str | None = Field(
        None,
        description="Hosts of CRMs beside their vendors' own that connections may name, with commas; loopback only on a developer's stage",
    )

    @property
    def hosts_of_recordings(self) -> frozenset[str]:
        """Hosts from which recordings are fetched."""
        return _names(self.recording_hosts)

    @property
    def crm_allowed(self) -> frozenset[str]:
        """The hosts that connections may name beside the vendors' own."""
        return _names(self.crm_hosts)


def _names(said: str | None) -> frozenset[str]:
    return frozenset(name.strip().lower() for name in (said or "").split(",") if name.strip())

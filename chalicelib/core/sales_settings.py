"""The settings of sales."""

from typing import Literal

from pydantic import Field

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

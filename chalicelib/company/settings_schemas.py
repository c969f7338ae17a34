"""What the owner sets of the house itself."""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, field_validator, model_validator

from chalicelib.company.schemas import Line, Words
from chalicelib.core.amounts import Pct, PctOut, Pts, PtsOut, Rub, RubOut
from chalicelib.core.schemas import Schema
from chalicelib.core.stamps import StampOut
from chalicelib.messaging.channels.registry import CHANNELS, UNSERVED
from chalicelib.staff.schemas import Zone

STEPS = (1, 100)
"""Hundredths of a point to which points are rounded: a hundredth, or whole ones."""

KNOWN = frozenset({"app", "app_push", *(channel.name for channel in CHANNELS), *UNSERVED})


def _known(value: Any) -> str:
    if not isinstance(value, str) or value not in KNOWN:
        raise ValueError(f"expected one of {', '.join(sorted(KNOWN))}")
    return value


ChannelName = Annotated[str, BeforeValidator(_known)]
Short = Annotated[Line, Field(max_length=200)]


class Told(Schema):
    """What is set: a field that nothing is known of is refused, for it would be said in vain."""

    model_config = ConfigDict(extra="forbid")


class LevelSet(Told):
    """From how much net cash on, what it earns and how much of a bill may be paid by points."""

    code: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,32}$")]
    title: Annotated[Line, Field(min_length=1, max_length=100)]
    threshold_rub: Rub
    accrual_percent: Pct
    max_writeoff_percent: Pct


class LoyaltyChange(Told):
    """How points are earned and spent; what is absent stays."""

    levels: list[LevelSet] = Field([], min_length=1, max_length=10, description="Thresholds rise from 0")
    points_step: Pts = Field(100, description="1 or 0.01")
    points_life_months: Annotated[int, Field(ge=3, le=24)] | None = Field(None, description="null: points never end")
    accrual_delay_days: int = Field(0, ge=0, le=15)
    attribution_days: int = Field(7, ge=1, le=90)
    gross_margin_percent: Pct | None = None
    default_location_id: Annotated[int, Field(ge=1, le=10**12)] | None = Field(None, description="null: the first location")

    @field_validator("levels")
    @classmethod
    def _rise_from_zero(cls, levels: list[LevelSet]) -> list[LevelSet]:
        thresholds = [level.threshold_rub for level in levels]
        if thresholds[:1] != [0] or thresholds != sorted(set(thresholds)):
            raise ValueError("expected thresholds that rise from 0")
        if len({level.code for level in levels}) < len(levels):
            raise ValueError("expected each code once")
        return levels

    @field_validator("points_step")
    @classmethod
    def _is_a_step(cls, step: int) -> int:
        if step not in STEPS:
            raise ValueError("expected 1 or 0.01")
        return step


class SettingsChange(Told):
    """What is absent stays; a null or empty text clears. Fields of `loyalty` may stand beside it too."""

    weekly_report_enabled: bool = False
    global_search_enabled: bool = True
    responsible_first_name: Short = ""
    responsible_last_name: Short = ""
    responsible_phone: Annotated[Words, Field(max_length=32)] = ""
    avg_purchases_per_day: int = Field(0, ge=0, le=100_000)
    company_name: Short = ""
    vertical: Annotated[Words, Field(max_length=64)] = ""
    timezone: Zone = Field("", description="As BUSINESS_TIMEZONE says; another is 409")
    currency: Literal["RUB"] = "RUB"
    language: Literal["ru", "en", "uz"] = "ru"
    contact_phone: Annotated[Words, Field(max_length=32)] = ""
    contact_email: Short = ""
    working_hours: Annotated[Words, Field(max_length=500)] = ""
    notification_channels: list[ChannelName] = Field([], max_length=20)
    loyalty: LoyaltyChange = Field(default_factory=LoyaltyChange)
    channel_costs_rub: dict[ChannelName, Rub] = Field({}, description="What one message costs, by channel")
    reminder_scope: Literal["crm", "all"] = "crm"

    @model_validator(mode="before")
    @classmethod
    def _gathers_what_is_flat(cls, said: Any) -> Any:
        """Fields of `loyalty` that stand beside it, within it; a panel that sends back what it was shown says no `updated_at`."""
        if not isinstance(said, dict):
            return said
        beside = {name: value for name, value in said.items() if name in LoyaltyChange.model_fields}
        rest = {name: value for name, value in said.items() if name not in beside and name != "updated_at"}
        within = rest.get("loyalty", {})
        if not beside or not isinstance(within, dict):
            return rest
        if twice := [name for name, value in beside.items() if within.get(name, value) != value]:
            raise ValueError(f"expected {', '.join(twice)} once: within loyalty it says something else")
        return rest | {"loyalty": within | beside}

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        if len({*self.notification_channels}) < len(self.notification_channels):
            raise ValueError("expected each of notification_channels once")
        return self


class LevelShown(Schema):
    """A level as it is set."""

    code: str
    title: str
    threshold_rub: RubOut
    accrual_percent: PctOut
    max_writeoff_percent: PctOut


class LoyaltyShown(Schema):
    """How points are earned and spent."""

    levels: list[LevelShown]
    points_step: PtsOut
    points_life_months: int | None
    accrual_delay_days: int
    attribution_days: int
    gross_margin_percent: PctOut | None
    default_location_id: int | None


class SystemSettings(Schema):
    """What the house is called and how it earns."""

    weekly_report_enabled: bool
    global_search_enabled: bool
    responsible_first_name: str
    responsible_last_name: str
    responsible_phone: str
    avg_purchases_per_day: int
    company_name: str
    vertical: str
    timezone: str
    currency: str
    language: str
    contact_phone: str
    contact_email: str
    working_hours: str
    notification_channels: list[str]
    loyalty: LoyaltyShown
    channel_costs_rub: dict[str, RubOut]
    reminder_scope: str
    updated_at: StampOut | None = Field(description="null while nothing was set")

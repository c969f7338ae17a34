"""What the Mini App asks and reads before somebody books."""

from typing import ClassVar, Literal

from pydantic import Field

from chalicelib.core.amounts import RubOut
from chalicelib.core.schemas import Query, Schema, Whole
from chalicelib.core.stamps import Day, StampOut
from chalicelib.core.synonyms import Names, SynonymousQuery

Step = Literal["service", "master", "time"]
Mode = Literal["services_and_masters", "masters", "closed"]


class MasterShown(Schema):
    """Somebody who can be chosen."""

    id: int
    full_name: str
    position: str


class ServiceShown(Schema):
    """What one can come for."""

    id: int
    name: str
    duration_minutes: int = Field(description="How long it takes; an hour where its card does not say")
    price_rub: RubOut


class BookingOptions(Schema):
    """Who can be chosen and what for."""

    mode: Mode = Field(description="`masters` where there are no services, `closed` where nobody can be chosen")
    steps: list[Step] = Field(description="What is to be chosen, one after another")
    masters: list[MasterShown]
    services: list[ServiceShown]


class TimesQuery(SynonymousQuery, Query):
    """Whose times, on which day, and for how long."""

    ALSO: ClassVar[Names] = {"service_id": ("product_id",)}

    date_ts: Day = Field(description="The day of the business, as unix seconds within it or YYYY-MM-DD")
    employee_id: int = Field(ge=1)
    service_id: Whole = Field(None, ge=1)
    duration_minutes: Whole = Field(None, ge=5, le=480, description="The service's where it is left out, else an hour")


class TimeShown(Schema):
    starts_at: StampOut
    label: str = Field(description="HH:MM in the business zone", examples=["14:30"])


class Times(Schema):
    """When one may come, in order; none on a day on which nobody works."""

    items: list[TimeShown]

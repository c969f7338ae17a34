"""Timesheets and schedules, as panels and masters write and read them."""

from datetime import date, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from chalicelib.company.schemas import Words
from chalicelib.core import clock, facts
from chalicelib.core.amounts import Hours, HoursOut, Qty, QtyOut, Rub, RubOut
from chalicelib.core.errors import WrongField
from chalicelib.core.patterns import pattern
from chalicelib.core.schemas import Schema, Whole, blank_is_none
from chalicelib.core.stamps import LONGEST, Day, Days, StampOut
from chalicelib.core.synonyms import Names, Synonymous
from chalicelib.team.hours import rules

_CLOCK = pattern(r"([01][0-9]|2[0-3]):[0-5][0-9](:00)?")


def _clock(value: Any) -> str:
    if not (isinstance(value, str) and _CLOCK.fullmatch(value.strip())):
        raise ValueError("expected a time of the day as HH:MM")
    return value.strip()[:5]


Clock = Annotated[str, BeforeValidator(_clock), Field(examples=["09:30"])]
OptionalClock = Annotated[Clock | None, BeforeValidator(blank_is_none)]
OptionalHours = Annotated[Hours | None, BeforeValidator(blank_is_none)]
OptionalQty = Annotated[Qty | None, BeforeValidator(blank_is_none)]
OptionalRub = Annotated[Rub | None, BeforeValidator(blank_is_none)]


def today() -> date:
    """The business's day."""
    return date.fromisoformat(facts.day_of(clock.now()))


class NewWork(Synonymous):
    """What somebody worked on a day: hours, or from when to when, or units, or both."""

    ALSO: ClassVar[Names] = {
        "hours_worked": ("hours",),
        "units_completed": ("pieces",),
        "note": ("comment",),
    }

    work_date: Day
    start_at: OptionalClock = None
    end_at: OptionalClock = Field(None, description="No later than start_at: of the next day")
    hours_worked: OptionalHours = None
    units_completed: OptionalQty = None
    piece_rate: OptionalRub = Field(None, description="Instead of the card's")
    note: Annotated[Words, Field(max_length=1000)] = ""

    @model_validator(mode="after")
    def _says_how_much(self) -> "NewWork":
        if (self.start_at is None) != (self.end_at is None):
            raise WrongField("end_at" if self.start_at else "start_at", "expected start_at and end_at, or neither")
        if not (self.start_at or self.hours_worked or self.units_completed):
            raise ValueError("expected hours_worked, start_at and end_at, or units_completed")
        return self


class NewShift(Synonymous):
    """When somebody is to work on a day."""

    ALSO: ClassVar[Names] = {"planned_start": ("start_time",), "planned_end": ("end_time",)}

    work_date: Day
    planned_start: Clock
    planned_end: Clock = Field(description="Before planned_start: of the next day")
    break_minutes: Annotated[int, Field(ge=0, le=600)] = 0
    location_id: Whole = Field(None, ge=1)

    @model_validator(mode="after")
    def _is_some_time(self) -> "NewShift":
        if self.planned_start == self.planned_end:
            raise WrongField("planned_end", "expected planned_end to differ from planned_start")
        if self.break_minutes >= rules.length(self.planned_start, self.planned_end):
            raise WrongField("break_minutes", "expected break_minutes below the time that is planned")
        return self


class HoursQuery(Days):
    """Which days: a month back and a month ahead, where nothing is said."""

    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        if self.date_from is None and self.date_to is None:
            return today() - rules.LATEST, today() + rules.LATEST
        first, last = self.span(LONGEST)
        return first, self.date_to or max(last, first + timedelta(days=LONGEST - 1))


class WorkShown(Schema):
    """One entry of a timesheet."""

    id: int
    work_date: str
    start_at: str | None
    end_at: str | None
    hours_worked: HoursOut
    units_completed: QtyOut
    note: str
    rate_rub: RubOut = Field(description="Of an hour, or of a unit, by how he is paid now: as it was when this was written")
    amount_rub: RubOut
    created_at: StampOut


class Timesheet(Schema):
    """What somebody worked, the last day first."""

    employee_id: int
    items: list[WorkShown]
    total_hours: HoursOut
    total_units: QtyOut
    total_pieces: QtyOut = Field(description="The same as total_units")


class ShiftShown(Schema):
    """One entry of a schedule."""

    id: int
    work_date: str
    planned_start: str
    planned_end: str
    break_minutes: int
    status: Literal["planned"] = "planned"
    location_id: int | None
    created_at: StampOut


class Shifts(Schema):
    """When somebody is to work, in order."""

    employee_id: int
    items: list[ShiftShown]

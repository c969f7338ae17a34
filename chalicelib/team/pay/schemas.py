"""Runs of pay and their accruals, as panels ask for and read them."""

from datetime import date, timedelta
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from chalicelib.core.amounts import HoursOut, QtyOut, RubOut
from chalicelib.core.errors import WrongField
from chalicelib.core.schemas import Schema, Text
from chalicelib.core.stamps import LONGEST, Day, OptionalDay
from chalicelib.core.synonyms import Names, Synonymous, SynonymousQuery
from chalicelib.team.hours.rules import LATEST
from chalicelib.team.hours.schemas import today
from chalicelib.team.pay import rules

DAYS: Names = {"period_start": ("date_from",), "period_end": ("date_to",)}


class NewRun(Synonymous):
    """Which days are counted, and of whom: of everybody where nobody is named."""

    ALSO: ClassVar[Names] = DAYS

    period_start: Day
    period_end: Day
    employee_ids: list[Annotated[int, Field(ge=1)]] | None = Field(None, min_length=1, max_length=500)

    @model_validator(mode="after")
    def _is_a_period(self) -> "NewRun":
        if not self.period_start <= self.period_end < self.period_start + timedelta(days=rules.LONGEST):
            raise WrongField("period_end", f"expected period_start not after period_end, and at most {rules.LONGEST} days")
        if self.period_start > today() + LATEST:
            raise WrongField(
                "period_start", f"expected period_start at most {LATEST.days} days ahead: hours of later days cannot be written yet"
            )
        return self

    @property
    def period(self) -> rules.Period:
        """The days that are counted."""
        return rules.period(self.period_start, self.period_end)


class AccrualShown(Schema):
    """What somebody earned in the period."""

    employee_id: int
    full_name: str
    payment_type: str
    hours: HoursOut
    units: QtyOut
    pieces: QtyOut = Field(description="The same as units")
    amount: RubOut
    version: int = Field(description="How often it was counted otherwise than before")
    changed: bool = Field(description="Whether this run did")


class Payroll(Schema):
    """What a run came to."""

    items: list[AccrualShown]
    total_amount: RubOut
    total: int = Field(description="How many there are")


class ExportQuery(SynonymousQuery):
    """Accruals whose period shares a day with these; of the last two years, where nothing is said."""

    ALSO: ClassVar[Names] = DAYS

    full_name: Text = Field(None, max_length=200, description="Words of the name")
    period_start: OptionalDay = None
    period_end: OptionalDay = None

    @model_validator(mode="after")
    def _spans_days(self) -> "ExportQuery":
        first, last = self.days()
        if not first <= last < first + timedelta(days=LONGEST):
            raise WrongField("period_end", f"expected period_start not after period_end, and at most {LONGEST} days")
        return self

    def days(self) -> tuple[date, date]:
        """The first and the last day; what was not said lies as far from what was as may be."""
        most = timedelta(days=LONGEST - 1)
        ahead = today() + timedelta(days=rules.LONGEST)
        last = self.period_end or (self.period_start + most if self.period_start else ahead)
        return self.period_start or last - most, last


class ExportItem(Schema):
    """What somebody earned in a period."""

    employee_id: int
    full_name: str
    period_start: str
    period_end: str
    payment_type: str
    hours: HoursOut
    units: QtyOut
    amount: RubOut


class PayExport(Schema):
    """Accruals, those of the last period first."""

    items: list[ExportItem]
    total_amount: RubOut

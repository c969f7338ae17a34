"""What a period comes to, and which periods share a day. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, NamedTuple

from chalicelib.team.hours import rules as hours

LONGEST = 62
"""Days of a period."""

TOGETHER = 20
"""Employees of one transaction: four rows each, of a hundred."""


class Period(NamedTuple):
    """Days that are paid together, both included, as ISO text."""

    start: str
    end: str

    def shares(self, other: "Period") -> bool:
        """Whether another one, which is not the same, has a day of it."""
        return self != other and self.start <= other.end and other.start <= self.end


class Figures(NamedTuple):
    """What somebody worked, in hundredths and thousandths, and what that is worth."""

    payment_type: str
    hours: int
    units: int
    amount: int


def period(first: date, last: date) -> Period:
    """The days from one to another."""
    return Period(first.isoformat(), last.isoformat())


def sharing(wanted: Period, counted: Iterable[Sequence[str]]) -> Period | None:
    """The first period that was counted and shares a day."""
    return next((one for one in (Period(*days) for days in counted) if wanted.shares(one)), None)


def figures(payment_type: str, entries: Sequence[Any]) -> Figures:
    """Each entry by its own rate and rounded alone, so that the sheet adds up to the sum."""
    worked, units = (sum(int(getattr(one, name)) for one in entries) for name in ("hours", "units"))
    return Figures(payment_type, worked, units, sum(hours.amount(one, payment_type) for one in entries))

"""Whose time an appointment takes, and what else there is. Pure: no store, no clock."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from chalicelib.booking.calendar.rules import Interval, covers, over

STEP = 30 * 60
"""Seconds between two times that are offered of a schedule."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How one of the house can take a time: a slot that is offered then, or time that is made; and whether his schedule holds it."""

    number: int
    sessions: int
    is_offered: bool
    is_open: bool
    is_planned: bool

    def takes(self, *, freely: bool) -> bool:
        """Whether he can, within what is offered or planned; `freely` also where neither is."""
        return self.is_offered or (self.is_open and (freely or self.is_planned))


def chosen(fits: Iterable[Fit], *, freely: bool) -> Fit | None:
    """Who takes it of those who can: whoever has the fewest sessions that day, the lowest number first."""
    able = [fit for fit in fits if fit.takes(freely=freely)]
    return min(able, key=lambda fit: (fit.sessions, fit.number), default=None)


def is_planned(plan: Iterable[Interval], time: Interval) -> bool:
    """Whether a schedule holds all of a time."""
    return covers(plan, time)


def openings(plan: Sequence[Interval], standing: Sequence[Interval], *, length: int, after: int) -> Iterator[int]:
    """Starts within a schedule at which nothing stands for `length` seconds, from `after` on."""
    for shift in plan:
        passed = max(0, -(-(after - shift.start) // STEP))
        for start in range(shift.start + passed * STEP, shift.end - length + 1, STEP):
            if not over(Interval(start, start + length, ""), standing):
                yield start

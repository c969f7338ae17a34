"""The moments at which something may become due. Pure: no store, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.aftercare.confirmations.rules import BEFORE
from chalicelib.aftercare.helpinghand.rules import STAGES, by_day
from chalicelib.booking.sessions.rules import ASK_AFTER, REMIND_BEFORE

TICK = timedelta(seconds=1)
"""A tick comes just after its moment: what ends at a moment has ended."""


@dataclass(frozen=True, slots=True)
class Dates:
    """What of a ticket the rules count from; `other` are moments that rows name themselves (holds, payments, plans)."""

    created_at: datetime
    link_created_at: datetime | None
    start_at: datetime | None
    end_at: datetime | None
    zone: str
    other: tuple[datetime, ...] = ()


def next_moment(dates: Dates, after: datetime) -> datetime | None:
    """The first moment later than `after` at which something may be due."""
    return min((moment + TICK for moment in _moments(dates) if moment + TICK > after), default=None)


def _moments(dates: Dates) -> Iterable[datetime]:
    if dates.link_created_at:
        yield dates.link_created_at + timedelta(minutes=2)
    for stage in STAGES:
        yield by_day(dates.created_at + timedelta(days=stage), dates.zone, dates.zone)
    if dates.start_at and dates.end_at:
        yield from (dates.start_at - before for before in BEFORE.values())
        yield from (dates.start_at - REMIND_BEFORE, dates.end_at, dates.end_at + ASK_AFTER)
    yield from dates.other

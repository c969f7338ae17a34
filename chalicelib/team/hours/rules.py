"""Times of a day, what overlaps, and what an entry is worth. Pure: hours in hundredths, units in thousandths, money in kopecks."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

from chalicelib.core.amounts import THOUSANDTHS, half_up

EARLIEST, LATEST = timedelta(days=366), timedelta(days=31)
"""How far from today a day of a timesheet may lie."""

DAY_MINUTES, DAY_HOURS, PER_HOUR = 24 * 60, 2400, 100


MOST = 100
"""Entries of one day: whoever writes without end would make sheets that nobody can read, and pay that nobody can count."""


class Span(NamedTuple):
    """Time from `start` until before `end`, in seconds since the epoch."""

    start: int
    end: int


def minutes(clock: str) -> int:
    """The minute of a day that ``HH:MM`` says."""
    hours, rest = clock.split(":")
    return int(hours) * 60 + int(rest)


def length(starts: str, ends: str) -> int:
    """Minutes from one time of a day to another: of the next day where that is no later."""
    return (minutes(ends) - minutes(starts) - 1) % DAY_MINUTES + 1


def span(day: date, starts: str, ends: str, zone: tzinfo) -> Span:
    """When that is: an end that is no later than its start lies in the next day.

    On a night when clocks are put on, an hour that never was lies behind the one that was: then nothing, or less, is between the two.
    """
    after = day + timedelta(days=minutes(ends) <= minutes(starts))
    return Span(_seconds(day, starts, zone), _seconds(after, ends, zone))


def _seconds(day: date, clock: str, zone: tzinfo) -> int:
    return int(datetime.combine(day, time.fromisoformat(clock), zone).timestamp())


def hours(worked: Span) -> int:
    """How long that was, halves up."""
    return half_up((worked.end - worked.start) * PER_HOUR, 3600)


def overlapping(worked: Span | None, entries: Iterable[Any]) -> Any:
    """The first entry that shares a moment with a time; neighbours do not. None where none does."""
    if worked is None:
        return None
    return next((one for one in entries if one.begins is not None and one.begins < worked.end and worked.start < one.until), None)


def is_full(day: str, entries: Iterable[Any]) -> bool:
    """Whether a day takes no more entries."""
    return sum(one.work_date == day for one in entries) >= MOST


def left(day: str, entries: Iterable[Any]) -> int:
    """How much of a day is not written down yet."""
    return DAY_HOURS - sum(int(one.hours) for one in entries if one.work_date == day)


def rate(entry: Any, payment_type: str) -> int:
    """What an hour, or a unit, of an entry costs: as it did on its day."""
    return int(entry.hourly_rate if payment_type == "hourly" else entry.piece_rate)


def amount(entry: Any, payment_type: str) -> int:
    """What an entry is worth by one way of paying, halves up: the other quantity is shown, not paid."""
    if payment_type == "hourly":
        return half_up(int(entry.hours) * int(entry.hourly_rate), PER_HOUR)
    return half_up(int(entry.units) * int(entry.piece_rate), THOUSANDTHS)

"""When specialists are planned to work, kept in their days: who chooses one of several reads it with what stands there, in one read.

A plan only grows, so it is added without the day's version: it takes nobody's time, and whoever writes the day leaves it as it is.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.booking.calendar import rules
from chalicelib.booking.calendar.models import Day
from chalicelib.booking.calendar.rules import Interval
from chalicelib.core import storage


def put_in(tx: storage.Transaction, specialist_id: str, times: Iterable[Interval]) -> None:
    """Add to a decision that somebody is to work then, in each UTC day that holds some of it; again it changes nothing."""
    planned: dict[str, set[str]] = {}
    for time in times:
        for day in time.days:
            planned.setdefault(day, set()).add(time.pack())
    for day, packed in planned.items():
        key = rules.day_id(rules.specialist(specialist_id), day)
        tx.put_or_update(Day.row(key), [Day.plan.add(packed), Day.expires_at.set(rules.expiry(day))])


def keys(specialist_id: str, days: Iterable[str]) -> list[storage.Key]:
    """Where a specialist's UTC days are read."""
    return [Day.at(rules.day_id(rules.specialist(specialist_id), day)) for day in days]


def of_rows(rows: Sequence[Any]) -> list[Interval]:
    """What is planned by these days, as they were read: each time once, earliest first."""
    return sorted({one for row in rows if row is not None for one in rules.unpack(row.plan)})

"""The days that a decision about time reads and writes; whose they are and what an overlap means is the caller's to say."""

from collections.abc import Sequence
from typing import Any

from chalicelib.booking.calendar import repository, rules
from chalicelib.booking.calendar.errors import ClientBusy, DayChanged
from chalicelib.booking.calendar.models import Day
from chalicelib.booking.calendar.rules import Interval, interval, over
from chalicelib.core import storage

__all__ = [
    "ClientBusy",
    "Day",
    "DayChanged",
    "Days",
    "Interval",
    "interval",
    "keys",
    "leave_in",
    "of_client",
    "over",
    "take_in",
    "taken_of",
]


def keys(specialist_id: str, *times: Interval) -> list[storage.Key]:
    """Where a specialist's days are read in which these times lie."""
    days = dict.fromkeys(day for time in times for day in time.days)
    return [Day.at(rules.day_id(rules.specialist(specialist_id), day)) for day in days]


def of_client(client_id: str, time: Interval) -> list[storage.Key]:
    """Where a client's days are read in which a time lies; see `taken_of`."""
    return [Day.at(rules.day_id(rules.client(client_id), day)) for day in time.days]


def taken_of(rows: Sequence[Any]) -> set[Interval]:
    """When a client sits somewhere, by his days as they were read."""
    return {one for row in rows if row is not None for one in rules.unpack(row.standing)}


class Days:
    """Days of specialists, read consistently, and what a decision makes of them: written once, under the versions that were read."""

    def __init__(self) -> None:
        self._rows: dict[str, Day | None] = {}
        self._standing: dict[str, set[Interval]] = {}
        self._cut: dict[str, set[Interval]] = {}
        self._touched: set[str] = set()

    def saw(self, read: Sequence[storage.Key], rows: Sequence[Any]) -> "Days":
        """Learn rows that were read with others."""
        for key, row in zip(read, rows, strict=True):
            if key.hash not in self._rows:
                self._rows[key.hash] = row
                self._standing[key.hash] = rules.unpack(row.standing if row else None)
                self._cut[key.hash] = rules.unpack(row.cut if row else None)
        return self

    def look(self, specialist_id: str, *times: Interval) -> "Days":
        """Read those days of a specialist that were not read yet: one read at most."""
        unread = [key for key in keys(specialist_id, *times) if key.hash not in self._rows]
        return self.saw(unread, storage.read(*unread)) if unread else self

    def standing_over(self, specialist_id: str, time: Interval) -> list[Interval]:
        """What stands in the way of a time, earliest first."""
        return self._over(self._standing, specialist_id, time)

    def has(self, specialist_id: str, time: Interval) -> bool:
        """Whether a time is spoken for by its own slot already, in all its days."""
        return all(time in self._standing[day] for day in self._ids(specialist_id, time))

    def cut_over(self, specialist_id: str, time: Interval) -> list[Interval]:
        """What was cut and lies over a time, earliest first."""
        return self._over(self._cut, specialist_id, time)

    def _over(self, held: dict[str, set[Interval]], specialist_id: str, time: Interval) -> list[Interval]:
        return rules.over(time, {one for day in self._ids(specialist_id, time) for one in held[day]})

    def stand(self, specialist_id: str, time: Interval) -> None:
        """Have a time spoken for."""
        for day in self._changed(specialist_id, time):
            self._standing[day].add(time)

    def cut(self, specialist_id: str, time: Interval) -> None:
        """Keep a time that waits for another to go."""
        for day in self._changed(specialist_id, time):
            self._cut[day].add(time)

    def leave(self, specialist_id: str, time: Interval) -> None:
        """Give a time back, whether it stood or was cut."""
        for day in self._changed(specialist_id, time):
            for held in (self._standing, self._cut):
                held[day] = {one for one in held[day] if one.ref != time.ref}

    def _changed(self, specialist_id: str, time: Interval) -> list[str]:
        days = self._ids(specialist_id, time)
        self._touched.update(days)
        return days

    def _ids(self, specialist_id: str, time: Interval) -> list[str]:
        self.look(specialist_id, time)
        return [key.hash for key in keys(specialist_id, time)]

    def write_in(self, tx: storage.Transaction, *, otherwise: Exception | None = None) -> None:
        """Write what changed; the commit raises DayChanged, or `otherwise`, when somebody was faster."""
        for day in sorted(self._touched):
            times = {"standing": self._standing[day], "cut": self._cut[day]}
            repository.rewrite(tx, day, self._rows[day], **times, otherwise=otherwise or DayChanged())

    def __len__(self) -> int:
        return len(self._touched)


def take_in(tx: storage.Transaction, client_id: str, time: Interval, *, otherwise: Exception | None) -> None:
    """Have a client's time spoken for; the commit raises `otherwise` where he has another session then (None: it may be)."""
    for day in _client_days(tx, client_id, time):
        day.take(time, otherwise)


def leave_in(tx: storage.Transaction, client_id: str, time: Interval) -> None:
    """Give a client's time back."""
    for day in _client_days(tx, client_id, time):
        day.leave(time)


def _client_days(tx: storage.Transaction, client_id: str, time: Interval) -> list[repository.ClientDay]:
    return [tx.shared(Day.row(rules.day_id(rules.client(client_id), day)), repository.ClientDay) for day in time.days]

"""Entries of an employee: one after another, so that each is written by what stands beside it."""

from datetime import date
from typing import Literal

from chalicelib.core import storage
from chalicelib.core.places import of_number
from chalicelib.team.hours.errors import HoursRaced
from chalicelib.team.hours.models import Entry

Kind = Literal["time", "plan"]
GUARD, OF_ONE = "guard", 10_000_000
"""Where the version stands that each entry moves; how many numbers one employee has."""


def guard_key(employee: int) -> storage.Key:
    """What is read before the entries that a new one must go with."""
    return Entry.at(of_number(employee), GUARD)


def key(employee: int, place: str) -> storage.Key:
    """Where an entry stands."""
    return Entry.at(of_number(employee), place)


def within(kind: Kind, employee: int, first: date, last: date, *, past: str | None = None, limit: int | None = None) -> list[Entry]:
    """Entries of these days, both included, in their order, as they stand; the first `limit` of them, or of those behind `past`."""
    between = Entry.place.between(f"{past}~" if past else f"{kind}#{first}#", f"{kind}#{last}#~")
    return storage.query(Entry, of_number(employee), between=between, limit=limit, consistent=True).rows


def write_in(tx: storage.Transaction, kind: Kind, guard: Entry | None, entry: Entry) -> None:
    """Add an entry; its number is the guard's version. The commit raises HoursRaced where another entry came since that was read."""
    seen = int(guard.version or 0) if guard else 0
    entry.number = int(entry.employee) * OF_ONE + seen + 1
    entry.place = f"{kind}#{entry.work_date}#{of_number(seen + 1)}"
    same = Entry.version == seen if guard else Entry.version.does_not_exist()
    tx.put_or_update(Entry.row(entry.employee, GUARD), [Entry.version.add(1)], condition=same, otherwise=HoursRaced())
    tx.create(entry)

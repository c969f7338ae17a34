"""Entries of directories: their order, what makes a name one entry's, and under which condition they change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.company.errors import NameTaken
from chalicelib.company.models import Entry
from chalicelib.core import storage
from chalicelib.core.bitmaps.words import folded
from chalicelib.core.errors import Busy
from chalicelib.core.places import of_number as place

LONGEST = 250
"""Letters of a folded name: some become many, and a key has at most 1,024 bytes."""


class EntryRaced(Busy):
    """An entry has changed since it was read: decide anew."""


def key(directory: str, number: int) -> storage.Key:
    """An entry's address."""
    return Entry.at(directory, place(number))


def entries(directory: str) -> list[Entry]:
    """A directory's entries in the order of their numbers, as they stand."""
    return storage.query(Entry, directory, consistent=True).rows


def create(tx: storage.Transaction, directory: str, number: int, said: Mapping[str, Any], *, by: str, at: datetime) -> Entry:
    """Add an entry to the transaction that makes it."""
    row = Entry(directory=directory, place=place(number), said=dict(said), by=by, created_at=at, updated_at=at)
    tx.create(row)
    return row


def claim(tx: storage.Transaction, directory: str, field: str, name: str, *, by: str, at: datetime) -> None:
    """Make a name one entry's: its row's existence is what does. The commit raises NameTaken."""
    row = Entry(directory=f"{directory}.{field}", place=sign(name), said={}, by=by, created_at=at, updated_at=at)
    tx.create(row, otherwise=NameTaken({"field": field}))


def sign(name: str) -> str:
    """A name as it is one entry's: without case, ё as е, and with single spaces."""
    return " ".join(folded(name).split())[:LONGEST]


def brought_key(directory: str, source: str) -> storage.Key:
    """Where it stands which entry another system's is."""
    return Entry.at(f"{directory}.import", source)


def brought(tx: storage.Transaction, directory: str, source: str, number: int, *, by: str, at: datetime) -> None:
    """Note which entry another system's is; the commit raises EntryRaced where that is noted already."""
    row = Entry(directory=f"{directory}.import", place=source, said={"number": number}, by=by, created_at=at, updated_at=at)
    tx.create(row, otherwise=EntryRaced())


def change(tx: storage.Transaction, row: Entry, said: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Change an entry that stands; the commit raises EntryRaced where it has changed meanwhile."""
    seen = int(row.version)
    row.said, row.version, row.by, row.updated_at = dict(said), seen + 1, by, at
    tx.put(row, condition=Entry.version == seen, otherwise=EntryRaced())


def touch(tx: storage.Transaction, directory: str, number: int, otherwise: Exception) -> None:
    """Have an entry stand as long as something is decided that names it; the commit raises `otherwise` where it is gone.

    Its version moves on, so that whoever removes it at the same moment looks again at who names it.
    """
    tx.update(Entry.row(directory, place(number)), [Entry.version.add(1)], otherwise=otherwise)


def remove(tx: storage.Transaction, row: Entry, names: Mapping[str, str]) -> None:
    """Remove an entry and free its names; the commit raises EntryRaced where it has changed, or was named, meanwhile."""
    tx.delete(row, condition=Entry.version == int(row.version), otherwise=EntryRaced())
    for field, name in names.items():
        tx.delete(Entry.row(f"{row.directory}.{field}", sign(name)))

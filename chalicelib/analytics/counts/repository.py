"""Reads and writes of counts."""

from collections.abc import Iterable, Mapping
from typing import Any

from pynamodb.expressions.operand import Path

from chalicelib.analytics.counts.models import CountRow, packed
from chalicelib.analytics.counts.places import EVER, MEMBER, Place
from chalicelib.core import storage
from chalicelib.core.bitmaps import sets
from chalicelib.core.facts.followers import Follower

FOLLOWER = "counts"
"""Under which name the log is followed."""

DRIFT = "drift"
"""The family of what comparisons found."""


class CountRaced(Exception):
    """A row has changed while it was made anew."""


def add(tx: storage.Transaction, place: Place, numbers: Mapping[str, int]) -> None:
    """Add to a row, making it at need; a member that is there already is there once."""
    members, plain = _parted(numbers)
    more: list[Any] = [Path([name]).add(by) for name, by in sorted(plain.items())]
    more += [CountRow.members.add(members)] if members else []
    tx.put_or_update(CountRow.row(place.hash_key, place.range_key), [*more, CountRow.revision.add(1)])


def _parted(numbers: Mapping[str, int]) -> tuple[set[int], dict[str, int]]:
    """The members among the names, and the others."""
    members = {int(name.removeprefix(MEMBER)) for name, by in numbers.items() if name.startswith(MEMBER) and by}
    return members, {name: by for name, by in numbers.items() if not name.startswith(MEMBER)}


def of_day(family: str, contour: str, day: str) -> dict[Place, CountRow]:
    """A family's rows of a day, as they stand."""
    whose, within = Place(family, contour, day).hash_key, CountRow.place.startswith(day)
    found = _placed(storage.query(CountRow, whose, between=within, consistent=True).rows)
    return {place: row for place, row in found.items() if place.family == family}


def replace(tx: storage.Transaction, place: Place, numbers: Mapping[str, int], *, seen: CountRow | None) -> None:
    """Write a row anew, names that are no more among them as zero; the commit raises CountRaced where it has changed since it was seen."""
    members, plain = _parted(numbers)
    said = {**dict.fromkeys(seen.numbers if seen else (), 0), **plain}
    same = CountRow.revision.does_not_exist() if seen is None else CountRow.revision == seen.revision
    actions: list[Any] = [Path([name]).set(number) for name, number in sorted(said.items())]
    if members or (seen is not None and seen.ids):
        actions += [CountRow.bits.set(packed(sets.of_ids(members))), CountRow.members.remove()]
    tx.put_or_update(
        CountRow.row(place.hash_key, place.range_key), [*actions, CountRow.revision.add(1)], condition=same, otherwise=CountRaced()
    )


def pack(row: CountRow) -> bool:
    """Have a row's members be a bitmap; False where some came meanwhile, who are packed the next time."""
    actions = [CountRow.bits.set(packed(row.ids)), CountRow.members.remove(), CountRow.revision.add(1)]
    return storage.change(row, actions, condition=CountRow.revision == row.revision)


def of_days(family: str, contour: str, first: str, last: str) -> dict[Place, CountRow]:
    """A family's rows from one day to another, both included, and those that stand beside them: one query."""
    between = CountRow.place.between(first, f"{last}#~")
    return _placed(storage.query(CountRow, Place(family, contour, first).hash_key, between=between).rows)


def _placed(rows: Iterable[CountRow]) -> dict[Place, CountRow]:
    """Rows by what they count."""
    return {Place.standing(str(row.family), str(row.place)): row for row in rows}


def key(place: Place) -> storage.Key:
    """Where one row stands."""
    return CountRow.at(place.hash_key, place.range_key)


def as_of() -> storage.Key:
    """Where it stands until when everything is surely counted."""
    return Follower.at(FOLLOWER)


def for_ever(family: str, contour: str, row_key: str = "") -> storage.Key:
    """Where a family's days are added up for good."""
    return key(Place(family, contour, EVER, row_key))


def drifts(family: str = DRIFT) -> list[CountRow]:
    """What comparisons found and nobody has put right."""
    return storage.query(CountRow, family, consistent=True).rows


def suspect(contour: str, what: str, differs: dict[str, list[int]], family: str = DRIFT) -> None:
    """Keep what a comparison found of a day, or of what else is compared in this family."""
    new = CountRow.differs.does_not_exist() | (CountRow.differs != differs)
    storage.make_or_change(CountRow.row(family, f"{contour}#{what}"), [CountRow.differs.set(differs)], condition=new)


def clear(contour: str, what: str, family: str = DRIFT) -> None:
    """It agrees."""
    storage.remove(CountRow.row(family, f"{contour}#{what}"))

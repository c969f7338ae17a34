"""Reads and writes of counts."""

from collections.abc import Mapping
from typing import Any

from pynamodb.expressions.operand import Path

from chalicelib.analytics.counts.models import CountRow
from chalicelib.analytics.counts.rules import Place
from chalicelib.core import storage

DRIFT = "drift"
"""The family of what comparisons found."""


class CountRaced(Exception):
    """A row has changed while it was made anew."""


def add(tx: storage.Transaction, place: Place, numbers: Mapping[str, int]) -> None:
    """Add to a row, making it at need."""
    more = [Path([name]).add(by) for name, by in sorted(numbers.items())]
    tx.put_or_update(CountRow.row(place.hash_key, place.range_key), [*more, CountRow.revision.add(1)])


def of_day(family: str, contour: str, day: str) -> dict[Place, CountRow]:
    """A family's rows of a day, as they stand."""
    found = storage.query(CountRow, Place(family, contour, day).hash_key, between=CountRow.place.startswith(day), consistent=True).rows
    return {Place(family, contour, day, row.place.removeprefix(day).removeprefix("#")): row for row in found}


def replace(tx: storage.Transaction, place: Place, numbers: Mapping[str, int], *, seen: CountRow | None) -> None:
    """Write a row anew, names that are no more among them as zero; the commit raises CountRaced where it has changed since it was seen."""
    said = {**dict.fromkeys(seen.numbers if seen else (), 0), **numbers}
    same = CountRow.revision.does_not_exist() if seen is None else CountRow.revision == seen.revision
    actions: list[Any] = [Path([name]).set(number) for name, number in sorted(said.items())]
    tx.put_or_update(
        CountRow.row(place.hash_key, place.range_key), [*actions, CountRow.revision.add(1)], condition=same, otherwise=CountRaced()
    )


def drifts() -> list[CountRow]:
    """What comparisons found and nobody has put right."""
    return storage.query(CountRow, DRIFT, consistent=True).rows


def suspect(contour: str, day: str, differs: dict[str, list[int]]) -> None:
    """Keep what a comparison found of a day."""
    new = CountRow.differs.does_not_exist() | (CountRow.differs != differs)
    storage.make_or_change(CountRow.row(DRIFT, f"{contour}#{day}"), [CountRow.differs.set(differs)], condition=new)


def clear(contour: str, day: str) -> None:
    """A day agrees."""
    storage.remove(CountRow.row(DRIFT, f"{contour}#{day}"))

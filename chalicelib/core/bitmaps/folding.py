"""Sets and words are brought up to their rows, a tick at a time.

A row that changed is pending: lists judge it by itself. Folding one goes in four steps, each of which may be the last one of a
worker and is done again by the next: the row notes where it may stand from now on; words and blocks are written; the row notes
that they have this revision of it; a minute later, when every list that began before has ended, it is pending no more. A row that
changes meanwhile has another revision and begins anew. One worker at a time folds an index (a lease): a slow one that wrote what
it knew of an older revision after a newer one was done would leave a bit that nobody looks for.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.core import clock, ids
from chalicelib.core.batches import batched
from chalicelib.core.bitmaps import rows
from chalicelib.core.bitmaps.index import Described, Index
from chalicelib.core.bitmaps.rows import Spot
from chalicelib.core.observability import logger

SETTLED = timedelta(seconds=60)
"""How long a row stays pending after its last block was written: longer than a list reads, or the store's copies differ."""

LEASE = timedelta(minutes=2)
"""How long a worker has an index to himself, renewed with each part: longer than the Lambda of a tick lives after its last renewal."""

PART = 50
"""Rows that are folded together: ids side by side are in the same blocks."""


@dataclass(frozen=True)
class Writer:
    """How an index' rows are written. Each says False for a row that has changed since it was read.

    `note` keeps where it may stand, `wrote` that the sets have this revision, `settle` where it stands, noted no more.
    """

    note: Callable[[Any, Described], bool]
    wrote: Callable[[Any], bool]
    settle: Callable[[Any, Described], bool]


def fold(index: Index, contour: str, pending: Iterable[Any], writer: Writer) -> dict[str, int]:
    """Fold these rows, as they stand; how many were written into the sets and how many are settled. Nothing while another folds."""
    space, holder, done = index.space(contour), ids.new(), Counter[str]()
    for some in batched(pending, PART):
        if not rows.hold(space, holder, LEASE):
            return dict(done)
        done["settled"] += sum(_settle(row, index.describe(row), writer) for row in some if _is_ripe(row))
        done["written"] += _fold_part(index, space, [row for row in some if row.written != row.revision], writer)
    if done:
        rows.let_go(space, holder)
        logger.info("an index was folded", extra={"index": space, **done})
    return dict(done)


def _is_ripe(row: Any) -> bool:
    return bool(row.written == row.revision and row.written_at <= clock.wall() - SETTLED)


def _settle(row: Any, now: Described, writer: Writer) -> bool:
    """Whether a row is settled; not one that settings describe otherwise since its blocks were written: it is looked at again first."""
    return is_within(now, stands(row)) and writer.settle(row, now)


def is_within(one: Described, other: Described) -> bool:
    """Whether all that is said of somebody is in the other description too."""
    return one.facets <= other.facets and one.words <= other.words


def _fold_part(index: Index, space: str, some: Sequence[Any], writer: Writer) -> int:
    described = [(row, index.describe(row)) for row in some]
    noted = [(row, now) for row, now in described if stands(row) == now or writer.note(row, _either(stands(row), now))]
    new, gone = _words(noted)
    rows.word(space, new, gone)
    rows.put(space, _blocks(noted))
    return sum(writer.wrote(row) for row, _ in noted)


def stands(row: Any) -> Described:
    """Where a row may stand in the sets."""
    return Described(frozenset(row.in_facets or ()), frozenset(row.in_words or ()))


def _either(before: Described, now: Described) -> Described:
    return Described(before.facets | now.facets, before.words | now.words)


def _words(noted: Iterable[tuple[Any, Described]]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    new: list[tuple[str, int]] = []
    gone: list[tuple[str, int]] = []
    for row, now in noted:
        sure = frozenset() if row.noted else stands(row).words
        new += [(word, row.number) for word in sorted(now.words - sure)]
        gone += [(word, row.number) for word in sorted(stands(row).words - now.words)]
    return new, gone


def _blocks(noted: Iterable[tuple[Any, Described]]) -> dict[Spot, tuple[int, int]]:
    on: defaultdict[Spot, int] = defaultdict(int)
    off: defaultdict[Spot, int] = defaultdict(int)
    for row, now in noted:
        for spot, bit in rows.spots(now.facets, row.number).items():
            on[spot] |= bit
        for spot, bit in rows.spots(stands(row).facets - now.facets, row.number).items():
            off[spot] |= bit
    return {spot: (on[spot], off[spot]) for spot in sorted({*on, *off})}

"""Whether sets and words say what the rows say, block by block, and putting right what they do not."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from chalicelib.core import clock, ids, storage
from chalicelib.core.bitmaps import rows, sets
from chalicelib.core.bitmaps.folding import LEASE
from chalicelib.core.bitmaps.index import Index
from chalicelib.core.bitmaps.rows import Spot
from chalicelib.core.bitmaps.sets import BLOCK
from chalicelib.core.errors import Busy

SAMPLE = 50
"""Rows of a block whose words are looked for: words are a hundred times as many as blocks."""

PATIENCE = 180
"""Seconds for which mending waits for a fold: longer than its lease."""


class Drift(NamedTuple):
    """What is wrong in one block: by spot the bits that are missing and those that are too many; words that find somebody no more."""

    bits: dict[Spot, tuple[int, int]]
    words: list[tuple[str, int]]

    @property
    def is_any(self) -> bool:
        """Whether something is wrong."""
        return bool(self.bits or self.words)

    @property
    def shown(self) -> dict[str, int]:
        """How many ids are wrong in which facet, and how many words; nobody's words themselves."""
        found = {spot.facet: (on | off).bit_count() for spot, (on, off) in self.bits.items()}
        return found | ({"words": len(self.words)} if self.words else {})


def compare(index: Index, contour: str, number: int, *, last: int, sample: int = SAMPLE) -> Drift:
    """What is wrong in a block, apart from rows that are pending; `last` is the last id that was given.

    Blocks are read first: a row that is settled when it is read was in its blocks a minute before, and so when they were read.
    """
    space = index.space(contour)
    standing = {facet: bits for name in index.names for facet, bits in rows.of_block(space, name, number).items()}
    people = _people(index, contour, ids_of(number, last))
    settled = [row for row in people if row.pending_in is None]
    wanted = _wanted(index, settled, number)
    looked = ~sets.of_ids(row.number - number * BLOCK for row in people if row.pending_in is not None)
    bits = {}
    for facet in sorted({*standing, *wanted}):
        want, have = wanted.get(facet, 0) & looked, standing.get(facet, 0) & looked
        if want != have:
            bits[Spot(facet, number)] = (want & ~have, have & ~want)
    return Drift(bits, _lost(index, space, settled[:sample]))


def ids_of(number: int, last: int) -> range:
    """The ids of a block that were given."""
    return range(number * BLOCK, min((number + 1) * BLOCK, last + 1))


def _people(index: Index, contour: str, members: range) -> list[Any]:
    """The rows of these ids."""
    found = storage.read(*(index.key(contour, one) for one in members))
    return [row for row in found if row is not None]


def _wanted(index: Index, settled: Sequence[Any], number: int) -> dict[str, int]:
    members: defaultdict[str, list[int]] = defaultdict(list)
    for row in settled:
        for facet in index.describe(row).facets:
            members[facet].append(row.number - number * BLOCK)
    return {facet: sets.of_ids(found) for facet, found in members.items()}


def _lost(index: Index, space: str, settled: Sequence[Any]) -> list[tuple[str, int]]:
    wanted = [(row.number, index.describe(row).words) for row in settled]
    return [(word, number) for number, words in wanted for word in sorted(rows.missing(space, number, words))]


def mend(index: Index, contour: str, number: int, *, last: int, sample: int = BLOCK) -> Drift:
    """Put a block right; what was wrong. Nobody folds meanwhile, so that nothing older is written over. Raises Busy."""
    space, holder = index.space(contour), ids.new()
    _wait_for(space, holder)
    try:
        drift = compare(index, contour, number, last=last, sample=sample)
        rows.put(space, drift.bits)
        rows.word(space, drift.words, [])
    finally:
        rows.let_go(space, holder)
    return drift


def _wait_for(space: str, holder: str) -> None:
    for _ in range(PATIENCE):
        if rows.hold(space, holder, LEASE):
            return
        clock.pause(1)
    raise Busy

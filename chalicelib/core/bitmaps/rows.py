"""Where sets and words stand, read and written. Other rows are each index' own."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import NamedTuple

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, storage
from chalicelib.core.batches import batched
from chalicelib.core.bitmaps import sets
from chalicelib.core.bitmaps.sets import BLOCK, Piece
from chalicelib.core.bitmaps.terms import Term
from chalicelib.core.bitmaps.words import HEAD, Wanted
from chalicelib.core.errors import Busy

MOST_HITS = 20_000
"""Words that one search reads: about what one call of the store gives."""

TOGETHER = 90
"""Words that are written in one transaction, which has room for a hundred."""

TRIES = 5
"""How often a block is written over what was just read: only mending writes beside the fold."""

_ID = 10
_BLOCK = 7
"""Digits of an id and of a block's number in a key, so that they stand in order."""

_LEASE, _EDITION = "lease", "edition"
_SHARED = "together"
_AFTER = chr(ord("#") + 1)
"""Behind every value, in whatever letters it is written."""


_TOGETHER: set[str] = set()


def together(*facets: str) -> None:
    """Have facets stand under one key of their index, in the order of their names, before anything of them is written or read.

    What asks for several of them, or for neighbours, is one Query. One that nobody reads beside another is cheaper alone.
    """
    _TOGETHER.update(facets)


class Block(storage.Table):
    """4,096 ids of one value of a facet. All values of a facet stand under one key, in order: a range of them is one Query.

    Facets that are read together share a key; there a place begins with the facet's name.

    `version` grows with each change. `held_until` and `holder` stand in an index' lease alone; its edition is a `holder` too.
    """

    Meta = storage.meta("index-blocks")

    facet = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    number = NumberAttribute(null=True)
    start = NumberAttribute(null=True)
    bits = BinaryAttribute(legacy_encoding=False, null=True)
    version = NumberAttribute(null=True)
    held_until = UTCDateTimeAttribute(null=True)
    holder = UnicodeAttribute(null=True)

    @property
    def piece(self) -> Piece:
        """What it holds."""
        return Piece(int(self.number), int(self.start), bytes(self.bits))

    @property
    def spot(self) -> tuple[str, str]:
        """Of which facet, and of which value of it."""
        key, place = str(self.facet).partition(":")[2], str(self.place).rpartition("#")[0]
        if key != _SHARED:
            return key, place
        name, _, value = place.partition("#")
        return ".".join(reversed(name.split("."))), value


class Word(storage.Table):
    """A word that finds somebody; nothing but its key."""

    Meta = storage.meta("index-words")

    head = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class Spot(NamedTuple):
    """A block of a facet (`package.facet#value`)."""

    facet: str
    number: int

    def key(self, space: str) -> storage.Key:
        """Where it stands."""
        name, _, value = self.facet.partition("#")
        return Block.at(_key(space, name), f"{_beginning(name)}{value}#{self.number:0{_BLOCK}d}")


def _key(space: str, name: str) -> str:
    """Under which key a facet's blocks stand."""
    return f"{space}:{_SHARED if name in _TOGETHER else name}"


def _beginning(name: str) -> str:
    """How their places begin: among others by the facet's own name, then its package's."""
    return f"{'.'.join(reversed(name.split('.')))}#" if name in _TOGETHER else ""


def has(space: str, term: Term) -> int:
    """The ids that have a facet's value, or one of a range: one Query, for blocks are read where they stand in order; one a value more."""
    wanted = [term, *(Term(term.facet, value) for value in term.others)]
    found = [row for one in wanted for row in storage.query(Block, _key(space, one.facet), between=_places(one)).rows]
    return sets.of_pieces(row.piece for row in found)


def of_facets(space: str, *names: str) -> dict[str, dict[str, int]]:
    """The ids of every value of facets: one Query for those that stand together, and one for each other."""
    pieces: dict[str, dict[str, list[Piece]]] = {name: {} for name in names}
    for key in dict.fromkeys(_key(space, name) for name in names):
        for row in storage.query(Block, key, between=_from_to([name for name in names if _key(space, name) == key])).rows:
            name, value = row.spot
            if name in pieces:
                pieces[name].setdefault(value, []).append(row.piece)
    return {name: {value: sets.of_pieces(found) for value, found in by_value.items()} for name, by_value in pieces.items()}


def _from_to(names: Iterable[str]) -> Condition | None:
    """From the first place of facets under one key to their last; everything where they have it to themselves."""
    beginnings = sorted(_beginning(name) for name in names)
    return Block.place.between(beginnings[0], f"{beginnings[-1][:-1]}{_AFTER}") if beginnings[0] else None


def whole(space: str, facet: str, last: int) -> list[storage.Key]:
    """Where every block of one value of a facet (`package.facet#value`) stands, `last` being the last id that was given."""
    return [Spot(facet, number).key(space) for number in range(last // BLOCK + 1)]


def ids(blocks: Iterable[Block | None]) -> int:
    """The ids of blocks that were read by their keys; one that is not there has none."""
    return sets.of_pieces(block.piece for block in blocks if block is not None)


def _places(term: Term) -> Condition:
    begins = _beginning(term.facet)
    if term.last is None:
        return Block.place.startswith(f"{begins}{term.value}#")
    return Block.place.between(f"{begins}{term.value}#", f"{begins}{term.last}#~")


def hits(space: str, wanted: Wanted) -> tuple[int, bool]:
    """The ids that a word finds, and whether those are all."""
    between = Word.place.startswith(wanted.beginning)
    page = storage.query(Word, f"{space}:{wanted.head}", between=between, limit=MOST_HITS)
    places = (row.place.rsplit("#", 2) for row in page.rows)
    return sets.of_ids(int(number) for _, letter, number in places if letter in wanted.letters), page.next_key is None


def of_block(space: str, name: str, number: int) -> dict[str, int]:
    """One block of every value of a facet, by `package.facet#value`, as it stands."""
    between = _from_to([name])
    found = storage.query(Block, _key(space, name), between=between, where=Block.number == number, consistent=True).rows
    return {"#".join(row.spot): sets.unpacked(row.piece) for row in found}


def missing(space: str, number: int, words: Iterable[str]) -> set[str]:
    """Those of somebody's words that do not stand."""
    keys = {word: _word_key(space, word, number) for word in words}
    rows = storage.read(*keys.values())
    return {word for word, row in zip(keys, rows, strict=True) if row is None}


def put(space: str, wanted: Mapping[Spot, tuple[int, int]]) -> int:
    """Have ids stand in blocks, or not: by spot, the bits that are set and those that are cleared. How many blocks changed."""
    changed = 0
    for spots in batched(wanted, storage.BATCH):
        rows: list[Block | None] = storage.read(*(spot.key(space) for spot in spots))
        changed += sum(_set(space, spot, row, *wanted[spot]) for spot, row in zip(spots, rows, strict=True))
    return changed


def _set(space: str, spot: Spot, row: Block | None, on: int, off: int) -> bool:
    """Write one block over what was read, as often as somebody else was faster. Raises Busy."""
    for _ in range(TRIES):
        before = sets.unpacked(row.piece) if row is not None else 0
        after = (before | on) & ~off
        if before == after or _write(spot.key(space), row, sets.packed(spot.number, after)):
            return before != after
        (row,) = storage.read(spot.key(space))
    raise Busy


def _write(key: storage.Key, seen: Block | None, piece: Piece) -> bool:
    same = Block.version.does_not_exist() if seen is None else Block.version == seen.version
    said = [Block.number.set(piece.number), Block.start.set(piece.start), Block.bits.set(piece.bits), Block.version.add(1)]
    return storage.make_or_change(Block.row(key.hash, key.range), said, condition=same)


def spots(facets: Iterable[str], number: int) -> dict[Spot, int]:
    """Where an id stands as one of these facets, with its bit there."""
    return {Spot(facet, number // BLOCK): 1 << (number % BLOCK) for facet in facets}


def _word_key(space: str, word: str, number: int) -> storage.Key:
    letter, _, text = word.partition("#")
    return Word.at(f"{space}:{text[:HEAD]}", f"{text}#{letter}#{number:0{_ID}d}")


def word(space: str, new: Collection[tuple[str, int]], gone: Collection[tuple[str, int]]) -> None:
    """Have words find these ids, and others no more; writing one twice changes nothing."""
    wanted = [(pair, True) for pair in new] + [(pair, False) for pair in gone]
    for some in batched(wanted, TOGETHER):
        tx = storage.Transaction()
        for (text, number), stands in some:
            key = _word_key(space, text, number)
            if stands:
                tx.put(Word(key.hash, key.range))
            else:
                tx.delete(Word(key.hash, key.range))
        tx.commit()


def hold(space: str, holder: str, length: timedelta) -> bool:
    """Take an index, or keep it, for a while; False while another has it."""
    wall = clock.wall()
    free = Block.held_until.does_not_exist() | (Block.held_until <= wall) | (Block.holder == holder)
    said = [Block.held_until.set(wall + length), Block.holder.set(holder)]
    return storage.make_or_change(Block.row(f"{space}!", _LEASE), said, condition=free)


def let_go(space: str, holder: str) -> None:
    """Let others have it."""
    storage.remove(Block.row(f"{space}!", _LEASE), condition=Block.holder == holder)


def edition(space: str) -> str:
    """By which edition of its descriptions an index was made; empty where none was noted."""
    (row,) = storage.read(Block.at(f"{space}!", _EDITION))
    return str(row.holder) if row is not None else ""


def keep_edition(space: str, said: str) -> None:
    """Note by which one it is made, or how far."""
    storage.make_or_change(Block.row(f"{space}!", _EDITION), [Block.holder.set(said)], condition=Block.bits.does_not_exist())

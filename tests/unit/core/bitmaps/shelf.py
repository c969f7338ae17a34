"""An index in memory: what `core.bitmaps.rows` does to tables, done to dictionaries, and workers that die at any of it."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

from chalicelib.core import clock, storage
from chalicelib.core.bitmaps import Described, Index, rows, sets
from chalicelib.core.bitmaps.folding import SETTLED, Writer


class Died(BaseException):
    """The worker is gone."""


@dataclass
class Row:
    """Somebody's row; `said` is what the index is told of him."""

    number: int
    said: Any = None
    revision: int = 0
    pending_in: str | None = None
    noted: bool | None = None
    in_facets: set[str] | None = None
    in_words: set[str] | None = None
    written: int | None = None
    written_at: Any = None


@dataclass
class Shelf:
    """Rows, blocks and words. `dies` says before each write whether the worker does."""

    describe: Callable[[Any], Described]
    dies: Callable[[], bool] = lambda: False
    people: dict[int, Row] = field(default_factory=dict)
    blocks: defaultdict[rows.Spot, int] = field(default_factory=lambda: defaultdict(int))
    words: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def say(self, number: int, said: Any) -> None:
        row = self.people.setdefault(number, Row(number))
        row.said, row.pending_in, row.revision = said, "live", row.revision + 1

    @property
    def index(self) -> Index:
        key = lambda contour, number: number  # noqa: E731
        return Index("test", "clients.person", (), key, self.pending, lambda row: self.describe(row.said))

    def pending(self, contour: str, most: int) -> storage.Page:
        return storage.Page([replace(row) for row in self.people.values() if row.pending_in][:most], None)

    @property
    def writer(self) -> Writer:
        def note(row: Row, stands: Described) -> bool:
            return self._change(row, in_facets=set(stands.facets), in_words=set(stands.words), noted=True)

        def wrote(row: Row) -> bool:
            return self._change(row, written=row.revision, written_at=clock.wall() - SETTLED)

        def settle(row: Row, stands: Described) -> bool:
            return self._change(row, in_facets=set(stands.facets), in_words=set(stands.words), noted=None, pending_in=None)

        return Writer(note, wrote, settle)

    def _change(self, row: Row, **values: Any) -> bool:
        self._may_die()
        standing = self.people[row.number]
        if standing.revision != row.revision:
            return False
        for name, value in values.items():
            setattr(standing, name, value)
        return True

    def _may_die(self) -> None:
        if self.dies():
            raise Died

    @property
    def rows(self) -> SimpleNamespace:
        return SimpleNamespace(
            has=self.has,
            hits=self.hits,
            put=self.put,
            word=self.word,
            spots=rows.spots,
            hold=lambda space, holder, length: True,
            let_go=lambda space, holder: None,
        )

    def has(self, space: str, term: Any) -> int:
        found = [spot for spot in self.blocks if term.accepts({spot.facet})]
        return sets.of_pieces(sets.packed(spot.number, self.blocks[spot]) for spot in found)

    def hits(self, space: str, wanted: Any) -> tuple[int, bool]:
        return sets.of_ids(
            set().union(*(numbers for word, numbers in self.words.items() if word[2:3] == wanted.word[:1] and wanted.means({word})))
        ), True

    def put(self, space: str, wanted: Any) -> None:
        for spot, (on, off) in wanted.items():
            self._may_die()
            self.blocks[spot] = (self.blocks[spot] | on) & ~off

    def word(self, space: str, new: Any, gone: Any) -> None:
        self._may_die()
        for word, number in new:
            self.words[word].add(number)
        self._may_die()
        for word, number in gone:
            self.words[word].discard(number)

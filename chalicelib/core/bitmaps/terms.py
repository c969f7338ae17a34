"""What a list asks, and what it finds. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from chalicelib.core.bitmaps.words import Wanted


@dataclass(frozen=True, slots=True)
class Term:
    """One filter: a facet has this value, or one of `others`, or one from `value` to `last`, as texts are ordered."""

    facet: str
    value: str = ""
    last: str | None = None
    others: tuple[str, ...] = ()

    def accepts(self, facets: Collection[str]) -> bool:
        """Whether somebody who is in these facets passes."""
        if self.last is None:
            return any(f"{self.facet}#{value}" in facets for value in (self.value, *self.others))
        return any(self._spans(one) for one in facets)

    def _spans(self, facet: str) -> bool:
        name, _, value = facet.partition("#")
        return name == self.facet and self.value <= value <= str(self.last)


def of_days(facet: str, first: date | None, last: date | None) -> list[Term]:
    """A facet of days from one to another, either of which may be open; no term where both are."""
    if first is None and last is None:
        return []
    return [Term(facet, first.isoformat() if first else "", last.isoformat() if last else "9999")]


@dataclass(frozen=True, slots=True)
class Question:
    """All terms and all words must be true; `first` and `last` are the ids between which is looked.

    `named` is an id that the words mean too, whatever words its row has: digits may be a number, or the end of another.
    """

    terms: Sequence[Term] = ()
    words: Sequence[Wanted] = ()
    named: int | None = None
    first: int = 0
    last: int | None = None
    newest_first: bool = True
    skip: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows, how many there are in all, and whether that is exact."""

    rows: list[Any]
    total: int
    is_exact: bool

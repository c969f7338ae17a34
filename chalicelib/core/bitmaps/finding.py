"""A page of a list: what is pending, the sets, the rows. In that order, so that nothing that has left one is missed in the next."""

from collections.abc import Collection, Sequence
from functools import reduce
from operator import and_
from typing import Any, NamedTuple

from chalicelib.core import storage
from chalicelib.core.bitmaps import rows, sets
from chalicelib.core.bitmaps.index import Index
from chalicelib.core.bitmaps.terms import Found, Question, Term

MOST_PENDING = 3_000
"""Rows before their sets that a list looks at, about three megabytes: after an import of more the total is a guess for some minutes."""


Late = Sequence[tuple[int, Collection[str]]]
"""Ids that sets may be behind, each with the facets that its row says."""


class Matching(NamedTuple):
    """The ids that pass, whether those are all, and who was pending when the sets were read."""

    ids: int
    is_exact: bool
    behind: Late


def matching(index: Index, contour: str, question: Question) -> Matching:
    """Everybody whom a question means, for a list in an order of its own: a call for what is pending, one a term or word."""
    pending = index.pending(contour, MOST_PENDING)
    joined, is_exact = _joined(index, contour, question)
    found = sets.within(_corrected(index, joined, pending.rows, question), question.first, question.last)
    return Matching(found, is_exact and pending.next_key is None, _late(index, pending.rows))


def find(index: Index, contour: str, question: Question, *, most: int | None = None) -> Found:
    """The page that is asked for, and how many there are in all: a call for what is pending, one a term or word, one for the rows.

    Of more than `most` no rows are read.
    """
    found = matching(index, contour, question)
    ids = sets.page(found.ids, skip=question.skip, limit=question.limit, newest_first=question.newest_first)
    total = found.ids.bit_count()
    page = storage.read(*(index.key(contour, one) for one in ids)) if ids and (most is None or total <= most) else []
    return Found([row for row in page if row is not None], total, found.is_exact)


def _joined(index: Index, contour: str, question: Question) -> tuple[int, bool]:
    """What the sets say, however far behind."""
    space = index.space(contour)
    words = [rows.hits(space, word) for word in question.words]
    terms = question.terms or ([] if words else [Term(index.everyone)])
    meant = [reduce(and_, (ids for ids, _ in words)) | _bit(question.named)] if words else []
    found = [*(rows.has(space, term) for term in terms), *meant]
    return reduce(and_, found), all(complete for _, complete in words)


def _bit(named: int | None) -> int:
    return 0 if named is None else 1 << named


def _corrected(index: Index, joined: int, pending: list[Any], question: Question) -> int:
    """The same with those whose row is newer than the sets judged by their rows; doing so once more changes nothing."""
    if not pending:
        return joined
    right = sets.of_ids(row.number for row in pending if accepts(index, row, question))
    return (joined & ~sets.of_ids(row.number for row in pending)) | right


def accepts(index: Index, row: Any, question: Question) -> bool:
    """Whether a row passes every term and word by itself."""
    facets, words = index.describe(row)
    everyone = f"{index.everyone}#" in facets
    meant = row.number == question.named or all(one.means(words) for one in question.words)
    return everyone and meant and all(term.accepts(facets) for term in question.terms)


def late(index: Index, contour: str) -> Late:
    """Who is pending: one call."""
    return _late(index, index.pending(contour, MOST_PENDING).rows)


def _late(index: Index, rows: list[Any]) -> Late:
    return [(row.number, index.describe(row).facets) for row in rows]


def values(index: Index, contour: str, *facets: str, behind: Late) -> dict[str, dict[str, int]]:
    """Who has which value of these facets, as sets by value: a call for those that stand together, one for each other.

    One that nobody is in is empty. `behind` was read first: what leaves it stands in the sets by then.
    """
    found = rows.of_facets(index.space(contour), *facets)
    return {facet: corrected(facet, found[facet], behind) for facet in facets}


def corrected(facet: str, by_value: dict[str, int], behind: Late) -> dict[str, int]:
    """A facet's sets with those whom they may be behind where their rows have them; doing so once more changes nothing."""
    outdated = sets.of_ids(number for number, _ in behind)
    right = {value: ids & ~outdated for value, ids in by_value.items()}
    for number, theirs in behind:
        for name, _, value in (one.partition("#") for one in theirs):
            if name == facet:
                right[value] = right.get(value, 0) | 1 << number
    return right

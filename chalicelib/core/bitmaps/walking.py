"""A list in the order of an index: walked from its end, and tested against the set of those who pass."""

from collections.abc import Callable, Iterator

from chalicelib.core import storage
from chalicelib.core.bitmaps import sets

Order = Callable[..., storage.Page]
"""Reads rows of an index by `limit`, `start` and `newest_first`; each row has a `number`."""

DEEPEST = 5_000
"""Rows of an index that one list looks through."""

FIRST = 500
"""Of which so many are read before the rest: most lists end there."""


def page(order: Order, wanted: int, *, skip: int, limit: int, newest_first: bool) -> list[int] | None:
    """Those of an index who are wanted, and after its end those who stand in it nowhere; None where it is not walked so deep."""
    last, picked, seen = skip + limit, list[int](), 0
    for number in _walked(order, newest_first=newest_first):
        if number is None:
            return None
        if wanted >> number & 1:
            picked.append(number)
            seen |= 1 << number
            if len(picked) == last:
                return picked[skip:]
    rest = sets.page(wanted & ~seen, skip=0, limit=last - len(picked), newest_first=newest_first)
    return [*picked, *rest][skip:]


def _walked(order: Order, *, newest_first: bool) -> Iterator[int | None]:
    """The ids of an index in its order; None at the end where that is not its own."""
    start = None
    for size in (FIRST, DEEPEST - FIRST):
        found = order(limit=size, start=start, newest_first=newest_first)
        for row in found.rows:
            yield row.number
        start = found.next_key
        if start is None:
            return
    yield None

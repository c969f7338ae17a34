"""Many things a few at a time."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def batched(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in their order, `size` at most together; no more is asked for than is needed."""
    remaining = iter(items)
    while some := list(islice(remaining, size)):
        yield some

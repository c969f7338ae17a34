"""Numbers that people read: gaps may happen, repeats may not."""

from collections.abc import Sequence

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.core.storage.rows import count_up, read
from chalicelib.core.storage.tables import Table, meta


class Counter(Table):
    """The last number given under a name."""

    Meta = meta("counters")

    name = UnicodeAttribute(hash_key=True)
    value = NumberAttribute(default=0)


def next_number(name: str) -> int:
    """A number nobody has: one atomic addition."""
    return count_up(Counter.row(name), Counter.value)


def next_numbers(name: str, many: int) -> range:
    """So many numbers that nobody has, in a row: one atomic addition."""
    last = count_up(Counter.row(name), Counter.value, many)
    return range(last - many + 1, last + 1)


def last_number(name: str) -> int:
    """The number given last; 0 before the first."""
    return last_numbers([name])[0]


def last_numbers(names: Sequence[str]) -> list[int]:
    """The numbers given last under these names: one read for a hundred."""
    return [int(counter.value) if counter else 0 for counter in read(*(Counter.at(name) for name in names))]

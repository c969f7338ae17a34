"""How long things take, in 24 buckets each of which is wider than the one before: medians are read from how many are in which. Pure."""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Final

COUNT: Final = 24
SHORTEST, WIDER = 60, 1.8
EDGES: Final = tuple(round(SHORTEST * WIDER**power) for power in range(COUNT - 1))
"""Seconds at which the second bucket and every later one begins: from a minute to 286 days. They stand in counts: never change them."""


def name(histogram: str, seconds: int) -> str:
    """The name in a row of counts of the bucket that a span falls into."""
    return f"{histogram}{bisect_right(EDGES, seconds):02d}"


def median(numbers: Mapping[str, int], histogram: str) -> int | None:
    """The span that half of them did not exceed, in seconds, as even as a bucket tells; None where there is none.

    Off by less than four fifths of itself, and mostly by far less; of what lasts longer than the last edge it says that edge.
    """
    found = [max(numbers.get(f"{histogram}{bucket:02d}", 0), 0) for bucket in range(COUNT)]
    left = sum(found) / 2
    for bucket, size in enumerate(found):
        if size and left <= size:
            return _within(bucket, left / size)
        left -= size
    return None


def _within(bucket: int, part: float) -> int:
    """What lies at a part of the way through a bucket: by the same factor a step, as its edges do."""
    if bucket == 0:
        return round(EDGES[0] * part)
    if bucket == COUNT - 1:
        return EDGES[-1]
    return round(EDGES[bucket - 1] * (EDGES[bucket] / EDGES[bucket - 1]) ** part)

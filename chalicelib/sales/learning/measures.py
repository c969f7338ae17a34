"""How well chances were said: pairs of what was said and what came. Pure."""

from collections.abc import Sequence
from math import log
from typing import Final, NamedTuple

BINS: Final = 10
CLIPPED: Final = 1e-6
Pairs = Sequence[tuple[float, int]]
"""A chance, and 1 where it came."""


class Bin(NamedTuple):
    """Chances of one tenth: how many, what they say on average, and how many came."""

    size: int
    mean: float | None
    came: int


def bins(pairs: Pairs) -> list[Bin]:
    """Ten equal bins; a chance of 1 is in the last."""
    found: list[list[tuple[float, int]]] = [[] for _ in range(BINS)]
    for p, y in pairs:
        found[min(int(BINS * p), BINS - 1)].append((p, y))
    return [Bin(len(some), sum(p for p, _ in some) / len(some) if some else None, sum(y for _, y in some)) for some in found]


def brier(pairs: Pairs) -> float | None:
    """The mean of (p − y)²."""
    return sum((p - y) ** 2 for p, y in pairs) / len(pairs) if pairs else None


def base_rate(pairs: Pairs) -> float | None:
    """How many came, of 1."""
    return sum(y for _, y in pairs) / len(pairs) if pairs else None


def base_brier(pairs: Pairs) -> float | None:
    """The same of somebody who always says how many came."""
    rate = base_rate(pairs)
    return None if rate is None else rate * (1 - rate)


def skill(pairs: Pairs) -> float | None:
    """1 − B/B₀: above 0 better than that; None where all came or none did."""
    ours, base = brier(pairs), base_brier(pairs)
    return 1 - ours / base if ours is not None and base else None


def ece(pairs: Pairs) -> float | None:
    """Expected calibration error: by how much bins are off, weighed by how many are in each."""
    if not pairs:
        return None
    return sum(abs(one.came - one.size * one.mean) for one in bins(pairs) if one.mean is not None) / len(pairs)


def log_loss(pairs: Pairs) -> float | None:
    """The mean of −log of the chance of what came; chances are clipped, for certainty that is wrong would be infinite."""
    if not pairs:
        return None
    clipped = [(min(max(p, CLIPPED), 1 - CLIPPED), y) for p, y in pairs]
    return -sum(log(p if y else 1 - p) for p, y in clipped) / len(pairs)

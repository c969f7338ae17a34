"""How wrong forecasts were. Pure; amounts in kopecks, and what cannot be divided is None."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

DIGITS: Final = 4
FEWEST: Final = 8
"""Of fewer periods nothing is said."""


def accuracy(actual: int, forecast: int) -> float:
    """1 where a forecast was right, 0 where it was all or nothing wrong; nothing forecast and nothing come is right."""
    larger = max(abs(actual), abs(forecast))
    return round(1 - abs(actual - forecast) / larger, DIGITS) if larger else 1.0


class Pair(NamedTuple):
    """What was forecast and what came, with the interval where there was one."""

    forecast: int
    actual: int
    low: int | None = None
    high: int | None = None

    @property
    def is_inside(self) -> bool | None:
        """Whether it came as the interval said; None without one."""
        return None if self.low is None or self.high is None else self.low <= self.actual <= self.high


class Errors(NamedTuple):
    """Of some periods: how far forecasts were off in all (`missed`), and to which side (`surplus`), of what came (`actual`)."""

    periods: int
    missed: int
    surplus: int
    actual: int

    @property
    def wape(self) -> float | None:
        """Σ|a−f| / Σa; None where nothing came."""
        return round(self.missed / self.actual, DIGITS) if self.actual else None

    @property
    def bias(self) -> float | None:
        """Σ(f−a) / Σa: above 0 too much was promised."""
        return round(self.surplus / self.actual, DIGITS) if self.actual else None


def errors(pairs: Sequence[Pair]) -> Errors:
    """Added up over periods."""
    off = [pair.forecast - pair.actual for pair in pairs]
    return Errors(len(pairs), sum(map(abs, off)), sum(off), sum(pair.actual for pair in pairs))


def naive(before: Sequence[int], of: int) -> int | None:
    """The mean of what came in the last `of` periods, the newest first, halves up; None where there are fewer."""
    return (2 * sum(before[:of]) + of) // (2 * of) if len(before) >= of else None


def verdict(ours: Errors, others: Mapping[str, Errors], inside: int, whole: int) -> str:
    """What a back-test says in a word: whether there are periods enough, whether it is better than the naive ones, whether intervals hold.

    What is compared is of the same periods.
    """
    if whole < FEWEST or not ours.periods:
        return "too_few"
    if any(other.missed <= ours.missed for other in others.values()):
        return "no_better_than_naive"
    return "holds" if 0.7 <= inside / whole <= 0.9 else "interval_off"

"""Shares, and how sure they are. Pure; what cannot be divided is None."""

from math import sqrt
from typing import Final

CERTAIN_95: Final = 1.959963984540054
"""Standard deviations between which 95 % of a normal distribution lie."""

DIGITS: Final = 4
FEW: Final = 10
"""Of fewer than so many a share says little."""


def rate(part: int, whole: int) -> float | None:
    """Part by whole, 4 decimals."""
    return round(part / whole, DIGITS) if whole > 0 else None


def wilson(part: int, whole: int) -> tuple[float, float] | tuple[None, None]:
    """Between what the true share lies with a certainty of 95 %: Wilson's interval, which stays between 0 and 1 however few they are."""
    if whole <= 0:
        return None, None
    share, more = part / whole, CERTAIN_95**2 / whole
    middle, around = share + more / 2, CERTAIN_95 * sqrt(share * (1 - share) / whole + more / (4 * whole))
    low, high = ((middle + sign * around) / (1 + more) for sign in (-1, 1))
    return round(max(low, 0.0), DIGITS), round(min(high, 1.0), DIGITS)

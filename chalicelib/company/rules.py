"""What a purchase earns, by the levels that the owner set. Pure; amounts in kopecks and hundredths of a point."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from chalicelib.core.amounts import KOPECKS


@dataclass(frozen=True, slots=True)
class Level:
    """From how much net cash on, in kopecks; what it earns and how much of a bill may be paid by points, in hundredths of a percent."""

    code: str
    title: str
    threshold: int
    accrual: int
    most_writeoff: int


@dataclass(frozen=True, slots=True)
class Loyalty:
    """How points are earned and spent: `step` in hundredths, `life` in months (None: for ever), `delay` in days."""

    levels: tuple[Level, ...]
    step: int = KOPECKS
    life: int | None = None
    delay: int = 0
    attribution: int = 7
    margin: int | None = None
    location: int | None = None


DEFAULT_LEVELS: Final = (
    Level("base", "Базовый", 0, 300, 5000),
    Level("silver", "Серебряный", 2_000_000, 500, 5000),
    Level("gold", "Золотой", 5_000_000, 700, 5000),
)
DEFAULT: Final = Loyalty(DEFAULT_LEVELS)


def loyalty(said: Mapping[str, Any] | None) -> Loyalty:
    """How points are earned, by what was set of it; the rest is as it is shipped."""
    kept = {name: value for name, value in (said or {}).items() if name in Loyalty.__slots__}
    if "levels" in kept:
        kept["levels"] = tuple(Level(**level) for level in kept["levels"])
    return Loyalty(**{"levels": DEFAULT_LEVELS, **kept})


def kept(loyalty: Loyalty) -> dict[str, Any]:
    """The same as a row keeps it."""
    return {**asdict(loyalty), "levels": [asdict(level) for level in loyalty.levels]}


def level_of(levels: Sequence[Level], spent: int, pinned: str | None = None) -> Level:
    """The level of who spent so much, or the one that was set by hand while there is one of that name."""
    by_code = {level.code: level for level in levels}
    if pinned in by_code:
        return by_code[pinned]
    return max((level for level in levels if level.threshold <= max(spent, 0)), key=lambda level: level.threshold, default=levels[0])


def next_level(levels: Sequence[Level], spent: int) -> Level | None:
    """The level after that of who spent so much; None at the top."""
    return min((level for level in levels if level.threshold > max(spent, 0)), key=lambda level: level.threshold, default=None)

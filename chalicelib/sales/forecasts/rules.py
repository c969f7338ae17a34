"""What open deals, what is won already and what is yet to come bring in a period. Pure; kopecks, and no rounding before the end."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import sqrt
from typing import Any, Final, NamedTuple

from chalicelib.core.amounts import half_up
from chalicelib.sales.leads.rules import STAGES

Numbers = Mapping[str, int]

COLUMNS: Final = ("closed", "commit", "likely", "best", "pipeline", "omitted")
OMITTED: Final = "omitted"
OPEN_STAGES: Final = tuple(stage.name for stage in STAGES.values() if stage.status != "completed")

LEVEL: Final = 0.8
DEVIATIONS: Final = 1.2816
"""Standard deviations between which 80 % of a normal distribution lie."""

PRIOR: Final = 20
"""Deals that a stage's first chance is worth: so many of its own must have ended before they weigh as much."""

LOOKED_BACK, FEWEST, SCALED_FROM, KEPT = 6, 3, 8, 24
"""Periods that new business is learned from, and how few say nothing; periods from which on, and up to how many, the spread is scaled."""


class Sums(NamedTuple):
    """Deals: how many, what they are worth, the squares of that, and how many of them have no amount."""

    deals: int = 0
    amount: int = 0
    squares: int = 0
    unpriced: int = 0

    def __add__(self, other: Any) -> "Sums":
        return Sums(*(mine + its for mine, its in zip(self, other, strict=True)))


NONE: Final = Sums()


class Open(NamedTuple):
    """Open deals: those that count, by stage and column; those that do not, for they are put aside, past their day, or have none."""

    inside: dict[tuple[str, str], Sums]
    aside: Sums
    overdue: Sums
    undated: Sums

    @property
    def counted(self) -> Sums:
        """All those that count, as one."""
        return _all(self.inside.values())


def _all(found: Iterable[Sums]) -> Sums:
    total = NONE
    for one in found:
        total += one
    return total


def opened(pipeline: Iterable[tuple[str, Numbers]], undated: Numbers, first: str, last: str, today: str) -> Open:
    """What rows of the pipeline (a day, and its numbers) mean for a period, seen from a day."""
    inside: dict[tuple[str, str], Sums] = {}
    aside = overdue = NONE
    for day, numbers in pipeline:
        for place, sums in _by_place(numbers).items():
            if day < today:
                overdue += sums
            elif first <= day <= last and place[1] == OMITTED:
                aside += sums
            elif first <= day <= last:
                inside[place] = inside.get(place, NONE) + sums
    return Open(inside, aside, overdue, Sums(undated.get("deals", 0), undated.get("amount", 0)))


def _by_place(numbers: Numbers) -> dict[tuple[str, str], Sums]:
    """A row's numbers by stage and column."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for name, number in numbers.items():
        stage, column, what = name.split(".")
        found.setdefault((stage, column), {})[what] = number
    return {place: Sums(**said) for place, said in found.items() if any(said.values())}


class Odds(NamedTuple):
    """How many of the deals that had been in a stage were won, and how many were won or lost."""

    won: int = 0
    closed: int = 0


def chance(stage: str, odds: Mapping[str, Odds]) -> Fraction:
    """The chance of a deal in a stage: what it begins with, moved by what became of others."""
    first, seen = Fraction(str(STAGES[stage].p0)), odds.get(stage, Odds())
    return (PRIOR * first + seen.won) / (PRIOR + seen.closed)


class Actual(NamedTuple):
    """What became of a period: revenue and deals won, leads opened; and of these what was opened in it too."""

    revenue: int = 0
    deals: int = 0
    leads: int = 0
    new_revenue: int = 0
    new_deals: int = 0


class Fresh(NamedTuple):
    """What business that is yet to begin brings in a whole period, by the periods before."""

    periods: int
    mean: Fraction
    variance: Fraction
    most: int
    deals: Fraction
    leads: Fraction


def fresh(before: Sequence[Actual]) -> Fresh | None:
    """New business by the last periods, the newest first; None where there are too few. The variance is the sample's."""
    seen = before[:LOOKED_BACK]
    count = len(seen)
    if count < FEWEST:
        return None
    amounts = [one.new_revenue for one in seen]
    mean = Fraction(sum(amounts), count)
    variance = sum(((amount - mean) ** 2 for amount in amounts), Fraction()) / (count - 1)
    deals, leads = Fraction(sum(one.new_deals for one in seen), count), Fraction(sum(one.leads for one in seen), count)
    return Fresh(count, mean, variance, max(amounts), deals, leads)


def left(first: date, last: date, today: date) -> Fraction:
    """How much of a period is left, today included."""
    return Fraction(max((last - max(first, today)).days + 1, 0), (last - first).days + 1)


class Worked(NamedTuple):
    """A forecast before anybody touched it; deals in hundredths. `spread` is one standard deviation, unscaled."""

    revenue: int
    low: int
    high: int
    expected_deals: int
    deals: int
    leads: int
    spread: float


def worked(found: Open, so_far: Actual, odds: Mapping[str, Odds], new: Fresh | None, rest: Fraction, scale: float = 1.0) -> Worked:
    """The mean, and what 80 % of outcomes lie between: never less than is won, nor more than all there is would bring.

    Days of new business are taken for independent of each other: of what is left of a period comes that part of mean and variance.
    """
    mean, variance, deals = Fraction(so_far.revenue), Fraction(), Fraction(so_far.deals)
    for (stage, _), sums in found.inside.items():
        p = chance(stage, odds)
        mean, variance, deals = mean + p * sums.amount, variance + p * (1 - p) * sums.squares, deals + p * sums.deals
    most, leads = so_far.revenue + found.counted.amount, Fraction(so_far.leads)
    if new is not None:
        mean, variance, deals = mean + new.mean * rest, variance + new.variance * rest, deals + new.deals * rest
        most, leads = most + new.most, leads + new.leads * rest
    spread = sqrt(variance)
    low, high = interval(whole(mean), spread * scale, so_far.revenue, most)
    return Worked(whole(mean), low, high, whole(deals * 100), whole(deals), whole(leads), spread)


def interval(mean: int, spread: float, least: int, most: int) -> tuple[int, int]:
    """Mean ± 1.2816 standard deviations, cut to what can be."""
    around = Fraction(DEVIATIONS) * Fraction(spread)
    return max(whole(mean - around), min(least, mean)), min(whole(mean + around), max(most, mean))


def whole(number: Fraction) -> int:
    """The nearest whole number, halves up."""
    return half_up(number.numerator, number.denominator)


def columns(found: Open, so_far: Actual) -> dict[str, dict[str, int]]:
    """Every deal in one column: what is won, what counts by the column that it stands in, and the rest as omitted."""
    sums = dict.fromkeys(COLUMNS, NONE) | {"closed": Sums(so_far.deals, so_far.revenue)}
    for (_, column), more in found.inside.items():
        sums[column] += more
    sums[OMITTED] += found.aside + found.overdue + found.undated
    return {column: {"amount": sums[column].amount, "count": sums[column].deals} for column in COLUMNS}


def scale(misses: Sequence[tuple[int, float]]) -> tuple[float, int]:
    """By how much the spread is to be widened or narrowed so that 80 % of the periods before lie inside, and by how many of them that was
    found: each is how far it was missed, and the spread that was forecast. 1 where there are too few; what had no spread says nothing.
    """
    ratios = sorted(missed / (DEVIATIONS * spread) for missed, spread in misses[:KEPT] if spread > 0)
    if len(ratios) < SCALED_FROM:
        return 1.0, len(ratios)
    return ratios[-(-len(ratios) * 4 // 5) - 1], len(ratios)

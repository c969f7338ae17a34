"""Sets of clients, counted. Pure: the sets are those of `core.bitmaps`."""

from collections.abc import Iterable, Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import Final

GENDERS: Final = ("male", "female", "unknown")
AGES: Final = (("<18", 0, 17), ("18-24", 18, 24), ("25-34", 25, 34), ("35-44", 35, 44), ("45-54", 45, 54), ("55+", 55, 150))
UNKNOWN: Final = "unknown"


def union(found: Iterable[int]) -> int:
    """Whoever is in one of these sets."""
    return reduce(or_, found, 0)


def within(values: Mapping[str, int], first: str, last: str) -> int:
    """Whoever has a value from one to another, as texts are ordered."""
    return union(ids for value, ids in values.items() if first <= value <= last)


def genders(who: int, values: Mapping[str, int]) -> dict[str, int]:
    """How many of them are of each gender; who says none is unknown."""
    known = {name: (who & values.get(name, 0)).bit_count() for name in GENDERS[:2]}
    return known | {UNKNOWN: who.bit_count() - sum(known.values())}


def ages(who: int, years: Mapping[str, int], at: date) -> dict[str, int]:
    """How many of them are of each age in the year of a day; whose year of birth nobody knows are unknown."""
    by_age = {at.year - int(year): who & ids for year, ids in years.items() if year.isdecimal()}
    known = {name: union(ids for age, ids in by_age.items() if youngest <= age <= oldest).bit_count() for name, youngest, oldest in AGES}
    return known | {UNKNOWN: who.bit_count() - sum(known.values())}


def levels(everyone: int, codes: Iterable[str], values: Mapping[str, int]) -> dict[str, int]:
    """Who has which level, the lowest first: of the lowest is whoever has no other, also who never bought anything."""
    lowest, *others = codes
    above = {code: everyone & values.get(code, 0) for code in others}
    return {lowest: everyone & ~union(above.values()), **above}

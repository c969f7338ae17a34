"""Figures as a panel shows them: cards, series, shares. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date

from chalicelib.core.amounts import percent, shown
from chalicelib.dashboard.reading import starts
from chalicelib.dashboard.schemas import Card, Point, Source
from chalicelib.dashboard.words import called


def numbers(found: Mapping[str, int | float | None], kind: str = "cards") -> list[Card]:
    """Each number with its title."""
    return [Card(code=code, title=called(kind, code), value=value) for code, value in found.items()]


def money(kopecks: int | None) -> int | float | None:
    """Kopecks as roubles, hundredths as points."""
    return None if kopecks is None else shown(kopecks)


def series(found: Iterable[tuple[str | date, int | float | None]]) -> list[Point]:
    """What stands at each day, by the moment at which it begins."""
    return [Point(ts=starts(str(day)), value=value) for day, value in found]


def sources(found: Mapping[str, int]) -> list[Source]:
    """Each amount with its part of all; without parts where all comes to nothing or less."""
    whole = sum(found.values())
    return [
        Source(code=code, title=called("sources", code), value=amount, share_percent=percent(amount, max(whole, 0)))
        for code, amount in found.items()
    ]

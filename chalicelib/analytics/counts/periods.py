"""Weeks, months, quarters and years of the business's calendar. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, Literal, get_args

Kind = Literal["weekly", "monthly", "quarterly", "yearly"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
MONTHS: Final = {"monthly": 1, "quarterly": 3, "yearly": 12}
DAY: Final = timedelta(days=1)


def first(kind: str, day: date) -> date:
    """The first day of the period that a day lies in; weeks begin on Monday."""
    if kind == "weekly":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1, month=day.month - (day.month - 1) % MONTHS[kind])


def following(kind: str, start: date) -> date:
    """The first day of the next period."""
    if kind == "weekly":
        return start + timedelta(days=7)
    months = start.month - 1 + MONTHS[kind]
    return start.replace(year=start.year + months // 12, month=months % 12 + 1)


def last(kind: str, start: date) -> date:
    """The last day of the period that begins so."""
    return following(kind, start) - DAY


def before(kind: str, start: date) -> Iterator[date]:
    """The first days of the periods before one, the nearest first, as far back as anybody asks."""
    while True:
        start = first(kind, start - DAY)
        yield start

"""Days, weeks and months as figures are shown by them. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

Detailing = Literal["day", "week", "month"]


def each(first: date, last: date) -> Iterator[str]:
    """Every day from one to another, both included."""
    for number in range((last - first).days + 1):
        yield (first + timedelta(days=number)).isoformat()


def begins(day: str, detailing: Detailing) -> str:
    """The first day of what a day lies in: itself, its week from Monday on, its month."""
    found = date.fromisoformat(day)
    if detailing == "week":
        return (found - timedelta(days=found.weekday())).isoformat()
    return found.replace(day=1).isoformat() if detailing == "month" else day


def grouped(first: date, last: date, detailing: Detailing) -> dict[str, list[str]]:
    """The days of a span by the beginning of what they lie in, in order."""
    found: dict[str, list[str]] = {}
    for day in each(first, last):
        found.setdefault(begins(day, detailing), []).append(day)
    return found

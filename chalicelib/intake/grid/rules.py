"""Days and hours of whoever looks, by his offset from the business zone. Pure: no store, no clock."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WIDEST = -15, 14
"""Hours from Moscow: UTC-12 is fifteen behind it, and nobody is further ahead than this."""

QUARTER = 4
MOST_DAYS, USUAL_DAYS = 62, 31
WEEKDAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
HOURS = tuple(f"{hour:02}:00" for hour in range(24))


def offset(value: Any) -> float:
    """Hours from Moscow, in quarters at finest: zones have halves and quarters. Raises ValueError for anything else."""
    try:
        hours = float(value)
    except (TypeError, ValueError, OverflowError):
        hours = float("nan")
    if not WIDEST[0] <= hours <= WIDEST[1] or hours * QUARTER != int(hours * QUARTER):
        raise ValueError(f"expected hours from Moscow, {WIDEST[0]} to {WIDEST[1]}")
    return hours


def days(start: date, end: date | None) -> list[date]:
    """The days shown: a month where no end is named, never more than the most."""
    last = min(end or start + timedelta(days=USUAL_DAYS - 1), start + timedelta(days=MOST_DAYS - 1))
    return [start + timedelta(days=number) for number in range((last - start).days + 1)]


def anybodys(shown: Sequence[date], zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until when these days last for anybody, wherever he is: who looks from elsewhere asks for the same."""
    first, last = (datetime(day.year, day.month, day.day, tzinfo=zone) for day in (shown[0], shown[-1]))
    return first - timedelta(hours=WIDEST[1]), last + timedelta(days=1, hours=-WIDEST[0])


def local(start: datetime, zone: ZoneInfo, hours: float) -> datetime:
    """A moment on the clock of whoever looks, without a zone."""
    return start.astimezone(zone).replace(tzinfo=None) + timedelta(hours=hours)


def pretty(day: date) -> str:
    """``DD.MM``."""
    return f"{day.day:02}.{day.month:02}"


def clock_text(moment: datetime) -> str:
    """``HH:mm``."""
    return f"{moment.hour:02}:{moment.minute:02}"


def empty(shown: Sequence[date]) -> Iterator[tuple[str, dict[str, list[Any]]]]:
    """Each day with all its hours, empty."""
    for day in shown:
        yield day.isoformat(), {hour: [] for hour in HOURS}

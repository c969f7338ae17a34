"""How much of a wait lies in the hours at which somebody is there to answer. Pure, but for `at_work`, which goes by our settings."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.core.settings import settings

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY: Final = timedelta(days=1)
MIDNIGHT: Final = 24 * 60


class Week(NamedTuple):
    """Hours from a day on (all days before the first such day have the first week's): by weekday, minutes from midnight to minutes."""

    since: str
    spans: Mapping[int, tuple[tuple[int, int], ...]]


@cache
def read(text: str) -> tuple[Week, ...]:
    """The weeks that a setting says, of the form that `SALES_HOURS` must have: ``mon-fri 10:00-19:00, sat 11:00-15:00``.

    A later week begins with its day: ``…; 2027-01-11 mon-sat 09:00-20:00``. What ends before it begins ends on the next day.
    """
    weeks = [part.split() for part in text.replace(",", " ").split(";")]
    return tuple(sorted((_week(words) for words in weeks), key=lambda week: week.since))


def _week(words: list[str]) -> Week:
    since, said = (words[0], words[1:]) if words[0][0].isdigit() else ("", words)
    spans: dict[int, list[tuple[int, int]]] = {}
    for days, hours in zip(said[::2], said[1::2], strict=True):
        begins, ends = (_minutes(clock) for clock in hours.split("-"))
        for day in _days(days):
            spans.setdefault(day, []).append((begins, ends if ends > begins else ends + MIDNIGHT))
    return Week(since, {day: tuple(some) for day, some in spans.items()})


def _days(text: str) -> list[int]:
    """The weekdays of ``mon-fri``, of ``sat``, and of ``sat-mon``, which goes over the week's end."""
    first, last = (DAYS.index(name) for name in (text.split("-") * 2)[:2])
    return [(first + more) % 7 for more in range((last - first) % 7 + 1)]


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)


def within(weeks: tuple[Week, ...], zone: ZoneInfo, first: datetime, last: datetime) -> int:
    """The seconds from one moment to another that lie in these hours by a zone's clocks, whatever is done to those on the way.

    Hours that overlap count once.
    """
    seconds, done = 0.0, first
    for begins, ends in _spans(weeks, zone, first.astimezone(zone).date() - DAY, last.astimezone(zone).date()):
        begins, ends = max(begins, done), min(ends, last)
        if ends > begins:
            seconds, done = seconds + (ends - begins).total_seconds(), ends
    return int(seconds)


def _spans(weeks: tuple[Week, ...], zone: ZoneInfo, first: date, last: date) -> Iterator[tuple[datetime, datetime]]:
    """The hours of each day as moments; what began on the first of these days may last into the next."""
    day = first
    while day <= last:
        week = next((week for week in reversed(weeks) if week.since <= day.isoformat()), weeks[0])
        yield from sorted((_at(day, begins, zone), _at(day, ends, zone)) for begins, ends in week.spans.get(day.weekday(), ()))
        day += DAY


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    later, minute = divmod(minutes, MIDNIGHT)
    return datetime.combine(day + later * DAY, time(minute // 60, minute % 60), zone).astimezone(UTC)


def at_work(first: datetime, last: datetime) -> int:
    """The seconds between two moments at which sales were there to answer."""
    return within(read(settings().sales_hours), settings().zone, first, last)

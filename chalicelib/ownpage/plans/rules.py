"""On which days a repeated hour comes again. Pure: no store, no clock."""

import calendar
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

AHEAD = timedelta(weeks=12)
"""How far ahead hours are written: one transaction has room for them, and a client looks no further."""


class Period(StrEnum):
    """How often, in the page's words."""

    NEVER = "нет"
    WEEK = "раз в неделю"
    TWO_WEEKS = "раз в 2 недели"
    THREE_WEEKS = "раз в 3 недели"
    MONTH = "раз в месяц"


WEEKS = {Period.WEEK: 1, Period.TWO_WEEKS: 2, Period.THREE_WEEKS: 3}


def occurrences(anchor: datetime, period: Period, zone: ZoneInfo) -> Iterator[datetime]:
    """The moments after `anchor`, by the wall clock of the zone, without end.

    A month that has no such day has its last one, and the next one has the day itself again: it is counted from the anchor.
    """
    local, number = anchor.astimezone(zone), 0
    while period is not Period.NEVER:
        number += 1
        day = local + timedelta(weeks=WEEKS[period] * number) if period in WEEKS else _months_on(local, number)
        yield day.replace(fold=0).astimezone(UTC)


def _months_on(local: datetime, number: int) -> datetime:
    month = local.month - 1 + number
    year, month = local.year + month // 12, month % 12 + 1
    return local.replace(year=year, month=month, day=min(local.day, calendar.monthrange(year, month)[1]))


def between(anchor: datetime, period: Period, zone: ZoneInfo, after: datetime, until: datetime) -> tuple[list[datetime], datetime | None]:
    """The moments after one and up to another, and the first one beyond; none where nothing is repeated."""
    found: list[datetime] = []
    for moment in occurrences(anchor, period, zone):
        if moment > until:
            return found, moment
        if moment > after:
            found.append(moment)
    return found, None

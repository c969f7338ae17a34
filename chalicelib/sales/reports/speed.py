"""How fast new deals are answered, and who waits still."""

from collections.abc import Sequence
from typing import Any, Final

from chalicelib.analytics.counts import buckets, hours
from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts.deals import QUICK, WALL, WORK
from chalicelib.clients.rules import lead_number
from chalicelib.core import clock, facts, storage
from chalicelib.core.settings import settings
from chalicelib.sales.reports import repository
from chalicelib.sales.reports.asking import LIVE, Asked, part, until_of
from chalicelib.sales.reports.rules import Numbers
from chalicelib.sales.reports.schemas import MedianSeconds, OldestWaiting, ReportQuery, Speed, Waiting, Waits

SHOWN: Final = dict(zip(QUICK, ("within_5_minutes", "within_15_minutes", "within_1_hour", "within_24_hours"), strict=True))
MOST: Final = 5_000
"""Leads that wait who are counted: as many rows as one page of the index surely holds."""


def speed(query: ReportQuery, mine: int | None) -> Speed:
    """Three calls, four of a manager's own: an index says who waits; what lists are found by, whose they are."""
    pending = repository.pending() if mine is not None else None  # before the sets: who leaves it meanwhile stands in them
    found = repository.waiting(LIVE, *facts.bounds(*query.span), limit=MOST)
    until, *blocks = storage.read(counts.as_of(), *(repository.blocks(found.rows, mine) if mine is not None else ()))
    rows = found.rows if mine is None else repository.his(found.rows, mine, blocks, pending)
    is_all = found.next_key is None and (pending is None or pending.next_key is None)
    ground = Asked(*query.span, mine, until_of(until))
    numbers = ground.whole
    created, answered = numbers.get("opened", 0), numbers.get("answered", 0)
    return Speed(
        **ground.named,
        created=created,
        answered=answered,
        unanswered=created - answered,
        working_hours=settings().sales_hours,
        by_wall_clock=_waits(numbers, WALL),
        by_working_hours=_waits(numbers, WORK),
        waiting=_waiting(rows, is_all=is_all),
    )


def _waits(numbers: Numbers, kept: str) -> Waits:
    """By one of the two clocks. The denominator is everybody: who is never answered was not answered in time either."""
    quick = {shown: part(numbers.get(f"{kept}.{name}", 0), numbers.get("opened", 0)) for name, shown in SHOWN.items()}
    return Waits(**quick, median=MedianSeconds(value=buckets.median(numbers, kept)))


def _waiting(rows: Sequence[Any], *, is_all: bool) -> Waiting:
    """Where not all were looked at and none is known, how many there are is not known either: it is no 0."""
    total = len(rows) if rows or is_all else None
    return Waiting(total=total, total_is_exact=is_all, oldest=_oldest(rows[0]) if rows else None)


def _oldest(row: Any) -> OldestWaiting:
    now = clock.now()
    return OldestWaiting(
        lead_id=row.number,
        lead_number=lead_number(row.number, LIVE),
        opened_at=row.opened_at,
        waited_seconds=max(int((now - row.opened_at).total_seconds()), 0),
        waited_working_seconds=hours.at_work(row.opened_at, now),
    )

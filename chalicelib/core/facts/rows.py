"""The log's rows: written with the decision, read as somebody's timeline, or in the order they were written."""

import heapq
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import clock, ids, storage
from chalicelib.core.batches import batched
from chalicelib.core.facts import actors, days
from chalicelib.core.facts.kinds import Fact
from chalicelib.core.schemas import CONTOURS

_HOUSE = "house"
HOUR = timedelta(hours=1)
PAGE = 200
"""Rows of one shard that are read at once."""

TOGETHER = 45
"""Facts that pass to another client in one transaction, which has room for a hundred writes."""


class ByHour(GlobalSecondaryIndex[Any]):
    """The log in order: a contour's facts of an hour, over a few shards."""

    class Meta:
        index_name = "by_hour"
        projection = AllProjection()

    logged_in = UnicodeAttribute(hash_key=True)
    fact_id = UnicodeAttribute(range_key=True)


class ByHouse(GlobalSecondaryIndex[Any]):
    """What those who work here did, over a few shards; of anybody else nothing stands here."""

    class Meta:
        index_name = "by_house"
        projection = AllProjection()

    done_in = UnicodeAttribute(hash_key=True)
    fact_id = UnicodeAttribute(range_key=True)


class FactRow(storage.Table):
    """One fact. Its id and `logged_in` go by the wall clock of the write; `happened_at` and `day` are the business's own."""

    Meta = storage.meta("facts", stream=True)

    subject = UnicodeAttribute(hash_key=True)
    fact_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    contour = UnicodeAttribute()
    logged_in = UnicodeAttribute()
    done_in = UnicodeAttribute(null=True)
    happened_at = UTCDateTimeAttribute()
    day = UnicodeAttribute()
    ref = UnicodeAttribute()
    actor = UnicodeAttribute()
    data = JSONAttribute()
    by_hour = ByHour()
    by_house = ByHouse()

    @property
    def logged_at(self) -> datetime:
        """When it was written."""
        return ids.moment(self.fact_id)


def record(tx: storage.Transaction, fact: Fact) -> FactRow:
    """Add a fact to the transaction of the decision that makes it one: it is as unrepeatable as that."""
    row = _row(ids.new(), fact, fact.at or clock.now())
    tx.put(row)
    return row


def _row(fact_id: str, fact: Fact, at: datetime) -> FactRow:
    actor = actors.current()
    return FactRow(
        subject=fact.subject,
        fact_id=fact_id,
        kind=fact.kind,
        contour=fact.contour,
        logged_in=days.hour_key(fact.contour, ids.moment(fact_id), fact_id),
        happened_at=at,
        day=days.day_of(fact.day_at or at),
        ref=fact.ref,
        actor=actor,
        done_in=days.spread(_HOUSE, fact_id) if actors.is_the_houses(actor) else None,
        data=fact.data(),
    )


def of_subject(subject: str, *, limit: int, start: dict[str, Any] | None, consistent: bool | None = None) -> storage.Page:
    """What happened to somebody, newest first."""
    return storage.query(FactRow, subject, newest_first=True, limit=limit, start=start, consistent=consistent)


def by_house(since: datetime | None, below: str | None, *, size: int) -> Iterator[FactRow]:
    """What those who work here did, newest first: since a moment, and before the fact `below`."""
    first, last = ids.first(since) if since else " ", below or "~"
    between = FactRow.fact_id.between(first, last)
    shards = [storage.scroll(FactRow.by_house, key, between=between, size=size, newest_first=True) for key in days.spread_keys(_HOUSE)]
    found = heapq.merge(*shards, key=lambda row: row.fact_id, reverse=True)
    yield from (row for row in found if row.fact_id != below)


def pass_on(source: str, target: str, *, limit: int) -> int:
    """Give a merged client's facts to whom he became, `limit` at most; how many were found.

    Their ids stay, so no follower takes them for new ones.
    """
    rows = storage.query(FactRow, source, limit=limit, consistent=True).rows
    for some in batched(rows, TOGETHER):
        tx = storage.Transaction()
        for row in some:
            tx.delete(FactRow.row(source, row.fact_id))
            row.subject = target
            tx.put(row)
        tx.commit()
    return len(rows)


def log(since: datetime, until: datetime) -> Iterator[FactRow]:
    """The facts that were written from a moment on to the hour of another, in order. What an index does not show yet is missing."""
    hour = since.replace(minute=0, second=0, microsecond=0)
    while hour <= until:
        keys = [key for contour in CONTOURS for key in days.hour_keys(contour, hour)]
        shards = [storage.scroll(FactRow.by_hour, key, between=FactRow.fact_id >= ids.first(since), size=PAGE) for key in keys]
        yield from heapq.merge(*shards, key=lambda row: row.fact_id)
        hour += HOUR

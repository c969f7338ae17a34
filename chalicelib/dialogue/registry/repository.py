"""Reads of the ledger in the order of its writing, newest first: by places, texts that sort as moments do."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import groupby
from typing import Any

from chalicelib.core import facts, places, storage
from chalicelib.messaging.models import MessageRow
from chalicelib.messaging.repository import year_key


def place(row: MessageRow) -> str:
    """Where a message stands among all: by the moment of its writing and its id."""
    return str(row.listed_at or f"{places.of_moment(row.created_at)}#{row.message_id}")


def of_everyone(since: datetime, before: datetime, after: str | None, *, size: int) -> Iterator[MessageRow]:
    """Names of the live contour's messages of clients, between two moments, behind a place."""
    first, last = facts.day_of(since)[:4], facts.day_of(before)[:4]
    end = places.below(min(places.of_moment(before), after or "~"))
    bounds = MessageRow.listed_at.between(places.of_moment(since), end)
    for year in range(int(last), int(first) - 1, -1):
        yield from storage.scroll(MessageRow.listed, year_key(year), between=bounds, size=size, newest_first=True)


def of_some(lanes: list[str], since: datetime, before: datetime, after: str | None, *, size: int) -> Iterator[MessageRow]:
    """The same of a few recipients: a query each."""
    end = min(before - timedelta(microseconds=1), _moment(after) if after else datetime.max.replace(tzinfo=UTC))
    if since > end:
        return
    each = (_in_order(_of(lane, since, end, size)) for lane in lanes)
    yield from (row for row in merge(*each, key=place, reverse=True) if after is None or place(row) < after)


def _of(lane: str, since: datetime, end: datetime, size: int) -> Iterator[MessageRow]:
    bounds = MessageRow.created_at.between(since, end)
    return storage.scroll(MessageRow.of_recipient, lane, between=bounds, size=size, newest_first=True)


def _in_order(rows: Iterator[MessageRow]) -> Iterator[MessageRow]:
    """Those of one moment by their ids: the index has them in no order, and a page may end between them."""
    for _, same in groupby(rows, key=lambda row: row.created_at):
        yield from sorted(same, key=place, reverse=True)


def _moment(place: str) -> datetime:
    """The moment of a place. It is not before what stands there: a float may be less than what it was made of."""
    return datetime.fromtimestamp(float(place.partition("#")[0]), UTC) + timedelta(microseconds=1)


def is_place(text: str) -> bool:
    """Whether a text may be a place: of a cursor that we gave."""
    moment, _, message = text.partition("#")
    return (
        len(moment) == len(places.of_moment(datetime(2026, 1, 1, tzinfo=UTC))) and moment.replace(".", "", 1).isdecimal() and bool(message)
    )


def rows_of(names: list[Any]) -> list[MessageRow]:
    """The messages that an index named, as they stand."""
    return storage.whole(names)

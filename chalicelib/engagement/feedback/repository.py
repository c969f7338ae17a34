"""Reads and writes of what was said."""

from collections.abc import Iterator
from typing import Any

from chalicelib.core import paging, storage
from chalicelib.engagement.feedback.errors import ReviewRaced
from chalicelib.engagement.feedback.models import LISTED, Review

COUNTER = "crm-feedback"


def number() -> int:
    """A number that nothing has that was said: one call."""
    return storage.next_number(COUNTER)


def key(place: str) -> storage.Key:
    """Where something stands that was said."""
    return Review.at(place)


def write(tx: storage.Transaction, row: Review, seen: Review | None) -> None:
    """Write a row over what was read of it; the commit raises ReviewRaced where somebody was faster."""
    before = int(seen.version) if seen is not None else 0
    same = Review.version == before if seen is not None else Review.place.does_not_exist()
    row.version = before + 1
    tx.put(row, condition=same, otherwise=ReviewRaced())


def move(tx: storage.Transaction, row: Review, seen: Review) -> None:
    """Write a row elsewhere than it stood; the commit raises ReviewRaced where it has changed, or something stands there."""
    row.version = 1
    tx.create(row, otherwise=ReviewRaced())
    tx.delete(Review.row(seen.place), condition=Review.version == int(seen.version), otherwise=ReviewRaced())


def newest(index: Any, whose: str, first: str, last: str, size: int) -> Iterator[Any]:
    """What was said from one place to another, the newest first, as an index has it."""
    if first > last:  # the store refuses such a range
        return iter(())
    return storage.scroll(index, whose, between=Review.given.between(first, last), size=size, newest_first=True)


def found(feedback_type: str | None, client: str | None, thing: str | None, first: str, last: str, after: str | None) -> Iterator[Any]:
    """The same by whatever leaves the fewest."""
    ways = ((Review.by_client, client), (Review.by_object, thing), (Review.by_type, feedback_type), (Review.by_moment, LISTED))
    index, whose = next((index, whose) for index, whose in ways if whose is not None)
    return newest(index, whose, first, last, paging.most(after))


def of_client(client: str, limit: int) -> list[Review]:
    """What a client said, as it stands; `limit` at most."""
    rows = storage.query(Review.by_client, client, limit=limit).rows
    return [row for row in storage.whole(rows) if row.client == client] if rows else []

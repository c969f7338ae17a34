"""Reads and writes of news: a post's order, its readers, its counters."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from random import randrange
from typing import Any

from chalicelib.core import paging, storage
from chalicelib.core.places import below
from chalicelib.core.places import of_number as place
from chalicelib.engagement.news import rules
from chalicelib.engagement.news.errors import NewsRaced, ReaderRaced
from chalicelib.engagement.news.models import LISTED, NewsCount, NewsPost, NewsReader

COUNTER = "crm-news"


def number() -> int:
    """A number that no post has: one call."""
    return storage.next_number(COUNTER)


def key(number: int) -> storage.Key:
    """Where a post stands."""
    return NewsPost.at(place(number))


def newest(after: str | None) -> Iterator[Any]:
    """Posts from behind a place on, the newest first; an index, whose rows have keys and status."""
    between = NewsPost.place.between(" ", below(after) if after else "~")
    return storage.scroll(NewsPost.by_number, LISTED, between=between, size=paging.most(after), newest_first=True)


def change(tx: storage.Transaction, row: NewsPost, said: Mapping[str, Any], *, by: str, at: datetime) -> None:
    """Change what a post says; the commit raises NewsRaced where it has changed since it was read."""
    actions: list[Any] = [_set(getattr(NewsPost, name), value) for name, value in said.items()]
    actions += [NewsPost.version.add(1), NewsPost.by.set(by), NewsPost.updated_at.set(at)]
    tx.update(NewsPost.row(row.place), actions, condition=NewsPost.version == int(row.version), otherwise=NewsRaced())


def _set(attribute: Any, value: Any) -> Any:
    return attribute.remove() if value is None else attribute.set(value)


def reader_key(post: int, client: int) -> storage.Key:
    """Where it stands what of a client and a post was counted."""
    return NewsReader.at(_reader(post, client))


def _reader(post: int, client: int) -> str:
    return f"{place(post)}#{place(client)}"


def note(tx: storage.Transaction, post: int, client: int, seen: NewsReader | None, counted: list[str], source: str | None) -> None:
    """Write what was counted of a client; the commit raises ReaderRaced where another event of his was faster."""
    before = int(seen.version) if seen else 0
    same = NewsReader.version == before if seen else NewsReader.reader.does_not_exist()
    said = source or (seen.source if seen else None)
    row = NewsReader(reader=_reader(post, client), counted=counted or None, source=said, version=before + 1)
    tx.put(row, condition=same, otherwise=ReaderRaced())


def count(tx: storage.Transaction, post: int, day: str, numbers: Mapping[str, int]) -> None:
    """Add to a day of a post, whichever of its rows it is."""
    row = NewsCount.row(place(post), f"{day}#{randrange(rules.SHARDS)}")
    tx.put_or_update(row, [getattr(NewsCount, name).add(by) for name, by in sorted(numbers.items()) if by])


def counts(post: int) -> list[NewsCount]:
    """Every day of a post: one query."""
    return storage.query(NewsCount, place(post), consistent=True).rows

"""Events that are not done, as the inbox's index lists them.

Every event stands for a moment among those that nobody has decided, so these are spread over a few keys that are read together: under one
key the index would take no more than some five hundred events a second, and then hold up the doors. What came before they were
spread stands under the bare name.
"""

import heapq
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, groupby, islice
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.core import pagination, storage
from chalicelib.core.facts.days import spread_keys
from chalicelib.core.inbox import RECEIVED, InboxRow


def received(between: Condition | None = None, *, newest_first: bool = False, limit: int | None = None) -> list[InboxRow]:
    """What nobody has decided yet, by the moment it came, `limit` at most."""
    read = (storage.query(InboxRow.by_state, key, between=between, newest_first=newest_first, limit=limit).rows for key in _keys())
    return sorted(chain(*read), key=_place, reverse=newest_first)[:limit]


def page(state: str, *, limit: int, start: dict[str, Any] | None) -> storage.Page:
    """Events of a state, oldest first; `start` is where an earlier page ended. Raises Invalid for one that no page gave."""
    if state != RECEIVED:
        return storage.query(InboxRow.by_state, state, limit=limit, start=start)
    after = _after(start) if start else None
    between = InboxRow.received_at >= after[0] if after else None
    shards = [_in_order(storage.scroll(InboxRow.by_state, key, between=between, size=limit + 1)) for key in _keys()]
    found = (row for row in heapq.merge(*shards, key=_place) if after is None or _place(row) > after)
    rows = list(islice(found, limit + 1))
    return storage.Page(rows[:limit], storage.key_in(InboxRow.by_state, rows[limit - 1]) if len(rows) > limit else None)


def _keys() -> list[str]:
    return [RECEIVED, *spread_keys(RECEIVED)]


def _place(row: InboxRow) -> tuple[datetime, str]:
    return row.received_at, row.inbox_id


def _in_order(rows: Iterable[InboxRow]) -> Iterator[InboxRow]:
    """Of one moment the index tells no order."""
    for _, same in groupby(rows, key=lambda row: row.received_at):
        yield from sorted(same, key=_place)


def _after(start: dict[str, Any]) -> tuple[datetime, str]:
    try:
        return InboxRow.received_at.deserialize(start["received_at"]["S"]), str(start["inbox_id"]["S"])
    except ValueError as error:
        raise pagination.refused() from error

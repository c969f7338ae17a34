"""Rows of the outbox that are tried again before their time: dead ones by an operator, put off ones once their cause is mended."""

from collections.abc import Callable, Collection, Iterator
from itertools import islice
from typing import NamedTuple

from chalicelib.core import storage
from chalicelib.core.batches import batched
from chalicelib.core.errors import NotFound
from chalicelib.core.outbox.rows import DEAD, EPOCH, WAITING, OutboxRow, due, queues, revived

AT_ONCE = 100
"""Rows of one bulk replay: two writes each, well within a request's time."""

Before = Callable[[OutboxRow], None]
"""What must be so again before a row may leave; done first, for the row may leave the moment it waits."""


class Bulk(NamedTuple):
    """How many rows of a bulk replay wait again, and whether there are more like them."""

    replayed: int
    more: bool


def one(effect_id: str, before: Before = lambda row: None) -> OutboxRow:
    """Make a dead row wait again, due at once. Raises NotFound when no dead row has this id."""
    for row in _dead(None):
        if row.effect_id == effect_id:
            for full in storage.whole([row]):
                if _revive(full, before):
                    return full
    raise NotFound({"effect_id": effect_id})


def many(kind: str | None, reason: str | None, before: Before = lambda row: None) -> Bulk:
    """Make dead rows of a kind, or whose last error holds `reason`, wait again: the oldest of each first, `AT_ONCE` at most."""
    rows = list(islice(_because(reason, _dead(kind)), AT_ONCE + 1))
    return Bulk(sum(_revive(row, before) for row in rows[:AT_ONCE]), len(rows) > AT_ONCE)


def _dead(kind: str | None) -> Iterator[OutboxRow]:
    """What is dead, of one kind or of all: keys alone, kind by kind, oldest first."""
    for queue in queues(DEAD, kind):
        yield from due(queue, state=DEAD)


def _because(reason: str | None, found: Iterator[OutboxRow]) -> Iterator[OutboxRow]:
    """Whole rows of those found whose last error holds `reason`."""
    for some in batched(found, storage.BATCH):
        yield from (row for row in storage.whole(some) if reason is None or reason in (row.last_error or ""))


def _revive(row: OutboxRow, before: Before) -> bool:
    """False for a row that is dead no more: the index tells of a moment ago."""
    before(row)
    return storage.change(row, revived(row), condition=OutboxRow.state == DEAD)


def wake(kinds: Collection[str], limit: int = 500) -> list[str]:
    """Have what was put off of these kinds tried at once, whatever its backoff; every lane in which they are due, kind by kind."""
    rows = [row for queue in queues(WAITING) if queue.kind in kinds for row in storage.whole(islice(due(queue), limit))]
    for row in rows:
        hurry(row)
    return list(dict.fromkeys(row.lane for row in rows))


def hurry(row: OutboxRow) -> None:
    """Have a row that was put off tried by whoever comes next; one in somebody's hands is left there."""
    if row.put_off_at is not None:
        actions = [OutboxRow.not_before.set(EPOCH), OutboxRow.put_off_at.remove()]
        storage.change(row, actions, condition=OutboxRow.not_before == row.not_before)

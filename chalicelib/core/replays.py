"""Rows of the outbox that are tried again before their time: dead ones by an operator, put off ones once their cause is mended."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from chalicelib.core import clock, storage
from chalicelib.core.errors import NotFound
from chalicelib.core.outbox import EPOCH, OutboxRow, due

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
    for row in storage.query(OutboxRow.by_due, "dead").rows:
        if row.effect_id == effect_id and _revive(row, before):
            return row
    raise NotFound({"effect_id": effect_id})


def many(kind: str | None, reason: str | None, before: Before = lambda row: None) -> Bulk:
    """Make dead rows of a kind, or whose last error holds `reason`, wait again: the oldest first, `AT_ONCE` at most."""
    rows = storage.query(OutboxRow.by_due, "dead", where=_where(kind, reason), limit=AT_ONCE + 1).rows
    return Bulk(sum(_revive(row, before) for row in rows[:AT_ONCE]), len(rows) > AT_ONCE)


def _where(kind: str | None, reason: str | None) -> Any:
    of_kind = OutboxRow.kind == kind if kind else None
    because = OutboxRow.last_error.contains(reason) if reason else None
    return of_kind & because if of_kind is not None and because is not None else of_kind if because is None else because


def _revive(row: OutboxRow, before: Before) -> bool:
    """False for a row that is dead no more: the index tells of a moment ago."""
    before(row)
    actions = [OutboxRow.state.set("waiting"), OutboxRow.not_before.set(EPOCH), OutboxRow.due_at.set(clock.wall())]
    return storage.change(row, actions, condition=OutboxRow.state == "dead")


def wake(kinds: Collection[str], limit: int = 500) -> list[str]:
    """Have what was put off of these kinds tried at once, whatever its backoff; every lane in which they are due, oldest first."""
    rows = due(OutboxRow.kind.is_in(*kinds), limit)
    for row in rows:
        hurry(row)
    return list(dict.fromkeys(row.lane for row in rows))


def hurry(row: OutboxRow) -> None:
    """Have a row that was put off tried by whoever comes next; one in somebody's hands is left there."""
    if row.put_off_at is not None:
        actions = [OutboxRow.not_before.set(EPOCH), OutboxRow.put_off_at.remove()]
        storage.change(row, actions, condition=OutboxRow.not_before == row.not_before)

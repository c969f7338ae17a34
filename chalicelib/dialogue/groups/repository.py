"""Reads and writes of groups and touches."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.core import clock, ids, storage
from chalicelib.core.errors import Busy
from chalicelib.dialogue.groups import rules
from chalicelib.dialogue.groups.models import Group, Touches

KEPT = timedelta(days=30)


class GroupRaced(Busy):
    """The same request, or another touch of one of them, was faster: decided anew from what now stands."""


def new(actor: str, total: int) -> Group:
    """A group of which nobody was decided yet; nothing is written."""
    wall = clock.wall()
    return Group(group_id=ids.new(), actor=actor, created_at=wall, total=total, expires_at=wall + KEPT)


def read(group_id: str) -> Group | None:
    """One group, as it stands."""
    (row,) = storage.read(Group.at(group_id))
    return row


def go_on(tx: storage.Transaction, group: Group, done: int, refused: dict[str, str]) -> None:
    """Write that so many were decided, and how; the commit raises GroupRaced where others were meanwhile.

    It is told before what they have said: a request and its repeat go on with one group, whose messages have one id each.
    """
    state = "done" if done >= group.total else "working"
    if group.done == 0:
        said: dict[str, Any] = {name: getattr(group, name) for name in ("group_id", "actor", "created_at", "total", "expires_at")}
        tx.create(Group(done=done, refused=refused, state=state, **said), otherwise=GroupRaced())
        return
    actions = [Group.done.set(done), Group.refused.set(refused), Group.state.set(state)]
    tx.update(Group.row(group.group_id), actions, condition=Group.done == group.done, otherwise=GroupRaced(), first=True)


def touch(tx: storage.Transaction, client_id: str, row: Touches | None, at: datetime) -> None:
    """Write that a client is touched; the commit raises GroupRaced where he was meanwhile."""
    as_read = Touches.client_id.does_not_exist() if row is None else Touches.version == row.version
    version = 1 if row is None else int(row.version) + 1
    moments = rules.touched(row.moments if row else (), at)
    tx.put(Touches(client_id=client_id, moments=moments, version=version), condition=as_read, otherwise=GroupRaced())

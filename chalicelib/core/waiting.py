"""Events that can be decided only when something has come: their last word stands in the inbox, a row for what it is about.

    decide ──park──> the event is done ("waiting"), its content a row of its own: waiting ──decided again──> done, or refused

Whoever brings what is waited for has the row decided as if it came now; the sweep looks too, for indexes lag and workers die.
"""

import gzip
from datetime import timedelta
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json, to_json

from chalicelib.core import clock, ids, storage
from chalicelib.core.inbox import InboxRow, Receipt

KEPT = timedelta(days=90)
"""How long an event waits: longer than anything is planned ahead."""

MOST = 1000
"""How many events wait at once: what comes beyond is refused, as all would be without waiting."""

STATE = "waiting"


class Overtaken(Exception):
    """What stands for the same thing has changed since it was read: read again."""


def row_id(source: str, about: str) -> str:
    """Where the last word about something waits."""
    return f"{source}#waiting-{about}"


def waits(row: InboxRow | None) -> bool:
    """Whether a row is one that still waits."""
    return row is not None and row.state == STATE


def park(
    tx: storage.Transaction, inbox_id: str, receipt: Receipt, *, seen: InboxRow | None, operation: str, body: BaseModel, why: dict[str, Any]
) -> None:
    """Keep `body` to be decided later, in place of what was `seen` there; `why` is for the operators' list.

    The commit raises Overtaken where something else stands there by now.
    """
    row = InboxRow(
        inbox_id=inbox_id,
        source=inbox_id.partition("#")[0],
        operation=operation,
        contour="live",
        state=STATE,
        open=STATE,
        seed=ids.token(),
        received_at=receipt.received_at,
        content_type="application/json",
        raw=gzip.compress(body.model_dump_json(by_alias=True).encode(), 1),
        sender=receipt.sender.kind,
        sender_address=receipt.sender.address,
        sender_visitor=receipt.sender.visitor,
        error=to_json(why).decode(),
        expires_at=clock.wall() + KEPT,
    )
    tx.put(row, condition=_as(seen), otherwise=Overtaken())


def close(tx: storage.Transaction, seen: InboxRow, answer: BaseModel) -> None:
    """Have a row wait no more: a later word about the same thing was decided. The commit raises Overtaken as in `park`."""
    actions = [InboxRow.state.set("done"), InboxRow.answer.set(answer.model_dump_json()), InboxRow.open.remove()]
    tx.update(InboxRow.row(seen.inbox_id), actions, condition=_as(seen), otherwise=Overtaken())


def _as(seen: InboxRow | None) -> Any:
    if seen is None:
        return InboxRow.inbox_id.does_not_exist()
    return (InboxRow.seed == seen.seed) & (InboxRow.state == seen.state)


def why(row: InboxRow) -> dict[str, Any]:
    """What `park` was told; nothing for a row that was never parked."""
    return from_json(row.error) if row.error else {}


def standing() -> list[InboxRow]:
    """All that wait, oldest first, as the list shows them: of a moment ago, and without their content."""
    return storage.query(InboxRow.by_state, STATE, limit=MOST).rows


def number() -> int:
    """How many wait; no more than `MOST` are counted."""
    return len(storage.query(InboxRow.by_state, STATE, limit=MOST, only=("inbox_id",)).rows)

"""Reads and writes of the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.core import storage
from chalicelib.messaging.models import MessageRow
from chalicelib.messaging.rules import Button


def add(tx: storage.Transaction, **row: Any) -> None:
    """Write down a message that must not be there yet."""
    tx.create(MessageRow(**row))


def of(recipient: str, *, limit: int, start: dict[str, Any] | None) -> storage.Page:
    """A recipient's messages, newest first: the index names them, the rows themselves are read as they stand."""
    page = storage.query(MessageRow.of_recipient, recipient, newest_first=True, limit=limit, start=start)
    return storage.Page(_still_of(recipient, page.rows), page.next_key)


def named(recipient: str, *, limit: int) -> list[MessageRow]:
    """The newest of a recipient's messages as the index names them: ids and whose they were."""
    return storage.query(MessageRow.of_recipient, recipient, newest_first=True, limit=limit).rows


def _still_of(recipient: str, found: Sequence[MessageRow]) -> list[MessageRow]:
    """The index lags behind a merge: what is another's by now is not shown here."""
    return [row for row in storage.whole(found) if row.recipient == recipient]


def settle(
    tx: storage.Transaction,
    message_id: str,
    *,
    state: str,
    channel: str,
    text: str | None,
    reason: str | None,
    at: datetime,
    remote_id: str | None = None,
    keyboard: Sequence[Sequence[Button]] = (),
) -> None:
    """Write down how a message ended. Of one that was said its text is kept, not what the text was made from."""
    actions = [
        MessageRow.state.set(state),
        MessageRow.channel.set(channel),
        MessageRow.sent_at.set(at) if state in ("sent", "recorded") else None,
        MessageRow.values.remove() if state == "sent" else None,
        MessageRow.text.set(text) if text else None,
        MessageRow.keyboard.set([list(row) for row in keyboard]) if keyboard else None,
        MessageRow.reason.set(reason) if reason else None,
        MessageRow.remote_id.set(remote_id) if remote_id else None,
    ]
    tx.update(MessageRow.row(message_id), actions)


def progress(message_id: str, parts: int) -> None:
    """Remember how many parts of a long message are out, so that a retry does not say them again."""
    storage.change(MessageRow.row(message_id), [MessageRow.parts_sent.set(parts)])


def requeue(message_id: str) -> None:
    """Make a failed message wait again."""
    storage.change(
        MessageRow.row(message_id), [MessageRow.state.set("queued"), MessageRow.reason.remove()], condition=MessageRow.state == "failed"
    )


def withdraw(message_id: str, reason: str) -> bool:
    """Have a message that waits never leave; False where it does not wait."""
    actions = [MessageRow.state.set("skipped"), MessageRow.reason.set(reason)]
    return storage.change(MessageRow.row(message_id), actions, condition=MessageRow.state == "queued")


def between(recipient: str, since: datetime, until: datetime) -> list[MessageRow]:
    """A recipient's messages between two moments, in order."""
    return _still_of(recipient, storage.query(MessageRow.of_recipient, recipient, between=MessageRow.created_at.between(since, until)).rows)


def pass_on(row: MessageRow, recipient: str) -> None:
    """Have a message stand in another's dialogue."""
    storage.change(MessageRow.row(row.message_id), [MessageRow.recipient.set(recipient)], condition=MessageRow.recipient == row.recipient)

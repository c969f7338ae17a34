"""Reads and writes of the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pynamodb.expressions.condition import Condition

from chalicelib.core import clock, facts, outbox, places, storage
from chalicelib.core.facts import FactRow
from chalicelib.messaging import endings
from chalicelib.messaging import facts as told
from chalicelib.messaging.endings import Ending
from chalicelib.messaging.models import MessageRow
from chalicelib.messaging.rules import Button

QUEUED, FAILED = "queued", "failed"
LIVE = "live"


def add(tx: storage.Transaction, **values: Any) -> MessageRow:
    """Write down a message that must not be there yet; one that waits for nothing more is a fact."""
    row = MessageRow(**values)
    row.subject = (values.get("values") or {}).get("subject")
    row.day_in = facts.day_key(row.contour, row.created_at, row.message_id)
    if row.contour == LIVE and row.recipient.startswith(told.CLIENTS):
        row.listed_in, row.listed_at = year_key(facts.day_of(row.created_at)[:4]), f"{places.of_moment(row.created_at)}#{row.message_id}"
    tx.create(row)
    if row.direction == "in":
        told.received(tx, row)
    elif row.state != QUEUED:
        told.settled(tx, row, state=row.state, channel=None)
    return row


def year_key(year: str | int) -> str:
    """Where a year's messages stand that panels list: one key, for they leave by dozens a second, and a page is one query."""
    return f"{LIVE}#{year}"


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


class _Settling:
    """How a message ended, while it stands as it was read. Taken back meanwhile it has left all the same, and its fact says of both."""

    def __init__(self, message: MessageRow, actions: list[Any], said: FactRow) -> None:
        self.row: storage.Table = MessageRow.row(message.message_id)
        self._actions, self._said, self._was = actions, said, message.state

    def write(self) -> tuple[Sequence[Any], Condition | None]:
        """Its end."""
        return self._actions, MessageRow.state == self._was

    def look(self, row: Any) -> None:
        """Learn how it stands. Raises ConditionFailed where it is gone."""
        if row is None:
            raise storage.ConditionFailed("a message that is gone")
        self._was = row.state
        self._said.data = {**self._said.data, "was": row.state}


def settle(
    tx: storage.Transaction,
    message: MessageRow,
    *,
    state: str,
    channel: str,
    text: str | None,
    reason: str | None,
    at: datetime,
    remote_id: str | None = None,
    keyboard: Sequence[Sequence[Button]] = (),
) -> None:
    """Write down how a message ended that was read. Of one that was said its text is kept, not what the text was made from."""
    actions = [
        MessageRow.state.set(state),
        MessageRow.channel.set(channel),
        MessageRow.sent_at.set(at) if state in ("sent", "recorded") else None,
        MessageRow.values.remove() if state == "sent" else None,
        MessageRow.text.set(text) if text else None,
        MessageRow.keyboard.set([list(row) for row in keyboard]) if keyboard else None,
        MessageRow.reason.set(reason) if reason else MessageRow.reason.remove(),  # also one that was not read: taken back meanwhile
        MessageRow.remote_id.set(remote_id) if remote_id else None,
    ]
    said, done = told.settled(tx, message, state=state, channel=channel), [action for action in actions if action is not None]
    tx.shared(MessageRow.row(message.message_id), lambda row: _Settling(message, done, said))
    endings.tell(tx, message, Ending(state, at, channel, reason, remote_id))


def counted(tx: storage.Transaction, message: MessageRow, channel: str) -> None:
    """Write down that a message was counted for its day; the commit raises ConditionFailed where it does not wait any more."""
    tx.update(MessageRow.row(message.message_id), [MessageRow.counted.set(channel)], condition=MessageRow.state == QUEUED)


def leaves_by(tx: storage.Transaction, message: MessageRow, effect: list[str], reason: str | None = None) -> None:
    """Write down the other effect, lane and id, by which a message leaves, and why it waits.

    The commit raises ConditionFailed where it does not wait any more, or another worker has passed it on: it would be said twice.
    """
    waits = MessageRow.state == QUEUED
    condition = waits & (MessageRow.effect == message.effect) if message.effect else waits
    actions = [MessageRow.effect.set(effect), MessageRow.reason.set(reason) if reason else None]
    tx.update(MessageRow.row(message.message_id), actions, condition=condition)


def progress(message_id: str, parts: int) -> None:
    """Remember how many parts of a long message are out, so that a retry does not say them again."""
    storage.change(MessageRow.row(message_id), [MessageRow.parts_sent.set(parts)])


def read(message_id: str) -> MessageRow | None:
    """One message."""
    (row,) = storage.read(MessageRow.at(message_id))
    return row


def requeue(tx: storage.Transaction, message: MessageRow) -> None:
    """Make a failed message wait again; the commit raises ConditionFailed where it does."""
    actions = [MessageRow.state.set(QUEUED), MessageRow.reason.remove()]
    tx.update(MessageRow.row(message.message_id), actions, condition=MessageRow.state == FAILED)
    told.requeued(tx, message)
    endings.tell(tx, message, Ending(endings.QUEUED, clock.wall()))


def withdraw(tx: storage.Transaction, message: MessageRow, reason: str) -> None:
    """Have a message that waits never leave.

    The commit raises ConditionFailed where it does not wait, leaves by another effect than was read, or is in somebody's hands: see
    `outbox.call_off` for the race with him who has read it as waiting and is about to say it.
    """
    actions = [MessageRow.state.set("skipped"), MessageRow.reason.set(reason)]
    tx.update(MessageRow.row(message.message_id), actions, condition=(MessageRow.state == QUEUED) & (MessageRow.effect == message.effect))
    outbox.call_off(tx, *message.effect)
    told.settled(tx, message, state="skipped", channel=None)
    endings.tell(tx, message, Ending(endings.TAKEN_BACK, clock.wall(), reason=reason))


def of_day(contour: str, day: str) -> list[MessageRow]:
    """The messages that were written on a day, as they stand."""
    found = [row for key in facts.day_keys(contour, day) for row in storage.query(MessageRow.by_day, key).rows]
    return storage.whole(found)


def between(recipient: str, since: datetime, until: datetime) -> list[MessageRow]:
    """A recipient's messages between two moments, in order."""
    return _still_of(recipient, storage.query(MessageRow.of_recipient, recipient, between=MessageRow.created_at.between(since, until)).rows)


def pass_on(row: MessageRow, recipient: str) -> None:
    """Have a message stand in another's dialogue."""
    storage.change(MessageRow.row(row.message_id), [MessageRow.recipient.set(recipient)], condition=MessageRow.recipient == row.recipient)

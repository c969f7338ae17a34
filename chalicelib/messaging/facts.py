"""What the log says of messages: of clients' under the client, of all others under nobody. Counted for the day that they were written."""

from contextlib import nullcontext
from typing import Any

from chalicelib.core import facts, storage
from chalicelib.core.facts import NOBODY, Fact, FactRow, detailed
from chalicelib.messaging.models import MessageRow

CLIENTS = "client#"


@detailed
class _OfMessage(Fact, abstract=True):
    """Every fact of a message says how it stands now, and how it stood where it had ended before; `ref` is the message."""

    state: str
    was: str | None = None
    channel: str | None = None
    template: str | None = None


class MessageSent(_OfMessage):
    """A message has left us (`sent`), or would have where anything could (`recorded`)."""


class MessageWithheld(_OfMessage):
    """A message has not reached its recipient: it was not to be said any more (`skipped`), or could not be (`dead`, `failed`)."""


@detailed
class MessageRequeued(Fact):
    """A message that had failed is tried again, by an operator's hand; `was` is how it had ended."""

    was: str


class MessageReceived(_OfMessage):
    """Somebody wrote to us."""


def settled(tx: storage.Transaction, row: MessageRow, *, state: str, channel: str | None) -> FactRow:
    """Add to a transaction how a message ends."""
    kind, was = MessageSent if state in ("sent", "recorded") else MessageWithheld, row.state
    ended = was if was not in ("queued", state) else None
    # That a message leaves is nobody's doing; of what a person wrote it is his.
    with facts.acting(row.author) if row.author and facts.current() == facts.SYSTEM else nullcontext():
        return facts.record(tx, kind(**_about(row), state=state, was=ended, channel=channel, template=row.template))


def received(tx: storage.Transaction, row: MessageRow) -> None:
    """Add to a transaction that somebody wrote."""
    facts.record(tx, MessageReceived(**_about(row), state=row.state, channel=row.channel))


def requeued(tx: storage.Transaction, row: MessageRow) -> None:
    """Add to a transaction that a failed message waits again."""
    facts.record(tx, MessageRequeued(**_about(row), was=row.state))


def _about(row: MessageRow) -> dict[str, Any]:
    subject = row.recipient.removeprefix(CLIENTS) if row.recipient.startswith(CLIENTS) else NOBODY
    return {"subject": subject, "contour": row.contour, "ref": row.message_id, "day_at": row.created_at}

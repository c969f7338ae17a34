"""Saying something: a ledger row and an outbox row in the transaction of the state change that caused it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from chalicelib.clients import service as clients
from chalicelib.core import clock, ids, outbox, pagination, storage
from chalicelib.core.schemas import utc_text
from chalicelib.messaging import repository
from chalicelib.messaging.models import MessageRow
from chalicelib.messaging.rules import Button
from chalicelib.messaging.schemas import LedgerPage, LedgerQuery, LedgerRow

__all__ = ["MessageRow"]

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom we tell: a client, a specialist, a bare Telegram chat, or the administrators' chat."""

    kind: str
    id: str = ""

    @property
    def lane(self) -> str:
        """One person's messages leave in order; also the ledger's key."""
        return f"{self.kind}#{self.id}" if self.id else self.kind


def client(client_id: str) -> Recipient:
    return Recipient("client", client_id)


def specialist(specialist_id: str) -> Recipient:
    return Recipient("specialist", specialist_id)


def chat(chat_id: str) -> Recipient:
    """Somebody in Telegram whom we do not know as a client."""
    return Recipient("chat", chat_id)


def admin(contour: str) -> Recipient:
    return Recipient(ADMIN if contour == "live" else f"{ADMIN}-{contour}")


def say(
    tx: storage.Transaction,
    to: Recipient,
    template: str,
    *,
    cause: str,
    contour: str,
    values: dict[str, Any] | None = None,
    ticket_id: str | None = None,
    guard: dict[str, Any] | None = None,
    buttons: Sequence[Sequence[Button]] = (),
    message_id: str | None = None,
) -> str:
    """Queue a message. `guard` names the state that must still hold when it leaves; `message_id` makes it unrepeatable.

    Values named ``…_at`` are moments (ISO text). Returns the message's id.
    """
    message_id = message_id or ids.new()
    repository.add(
        tx,
        message_id=message_id,
        recipient=to.lane,
        created_at=clock.now(),
        contour=contour,
        template=template,
        values=values or {},
        buttons=[list(row) for row in buttons] or None,
        guard=guard,
        cause=cause,
        ticket_id=ticket_id,
        state="queued",
    )
    outbox.send(tx, "message", {"message_id": message_id, "kind": to.kind, "id": to.id, "guard": guard}, lane=to.lane)
    return message_id


def hear(tx: storage.Transaction, who: Recipient, text: str, *, contour: str, message_id: str) -> None:
    """Keep what a person wrote to us, in the same ledger."""
    repository.add(
        tx,
        message_id=message_id,
        recipient=who.lane,
        created_at=clock.now(),
        contour=contour,
        direction="in",
        cause="message_received",
        state="received",
        text=text[:20_000],
    )


def requeue(message_id: str | None) -> None:
    """A failed message is tried again."""
    if message_id:
        repository.requeue(message_id)


def ledger(query: LedgerQuery) -> LedgerPage:
    """One client's messages, newest first: what was said, when, why, and how it ended."""
    known = clients.find(query.client_id)
    start = pagination.decode(query.cursor, "message_id", "recipient", "created_at")
    page = repository.of(client(known.client_id).lane, limit=query.limit, start=start)
    return LedgerPage(messages=[_row(row) for row in page.rows], next_cursor=pagination.encode(page.next_key))


def _row(row: MessageRow) -> LedgerRow:
    return LedgerRow(
        message_id=row.message_id,
        created_at=utc_text(row.created_at),
        direction=row.direction,
        channel=row.channel,
        language=row.language,
        template=row.template,
        state=row.state,
        reason=row.reason,
        cause=row.cause,
        ticket_id=row.ticket_id,
        text=row.text,
        sent_at=utc_text(row.sent_at) if row.sent_at else None,
    )

"""Saying something: a ledger row and an outbox row in the transaction of the state change that caused it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.clients import service as clients
from chalicelib.core import clock, ids, outbox, pagination, storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.messaging import hearing, repository, rules
from chalicelib.messaging.channels.base import MESSAGE, Address
from chalicelib.messaging.models import MessageRow
from chalicelib.messaging.rules import Button

if TYPE_CHECKING:
    from chalicelib.messaging.schemas import LedgerPage, LedgerQuery, LedgerRow

__all__ = ["MessageRow"]

ADMIN = "admin"
EFFECT = MESSAGE
"""The kind of effect that a message is until it is decided how it leaves."""


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
    """A client, wherever he can be reached."""
    return Recipient("client", client_id)


def specialist(specialist_id: str) -> Recipient:
    """A specialist."""
    return Recipient("specialist", specialist_id)


def chat(chat_id: str) -> Recipient:
    """Somebody in Telegram whom we do not know as a client."""
    return Recipient("chat", chat_id)


def admin(contour: str) -> Recipient:
    """The administrators of a contour."""
    return Recipient(ADMIN if contour == "live" else f"{ADMIN}-{contour}")


def is_admins(lane: str) -> bool:
    """Whether a recipient, by his lane, is an administrators' chat."""
    return lane.startswith(ADMIN)


@dataclass(frozen=True, slots=True)
class About:
    """Why something is said: the state change that caused it, in which contour, for which ticket."""

    cause: str
    contour: str
    ticket_id: str | None = None


def say(
    tx: storage.Transaction,
    to: Recipient,
    template: str,
    about: About,
    values: Mapping[str, Any] | None = None,
    *,
    guard: Mapping[str, Any] | None = None,
    until: datetime | None = None,
    buttons: Sequence[Sequence[Button]] = (),
    message_id: str | None = None,
    language: str = rules.RUSSIAN,
    purpose: str | None = None,
    by: str | None = None,
    kept_by: Mapping[str, Any] | None = None,
    author: str | None = None,
    group_name: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Queue a message; how it leaves is decided as it leaves, see `reach`. `purpose` is `rules.MARKETING` where nobody asked for it, `by`
    the only channel that may carry it. `guard` names the state that must still hold then, `until` the moment from which it is too late
    to say, `due_at` when it leaves; `message_id` makes it unrepeatable; `kept_by` names who keeps an account of it, see `endings`;
    `author` is whose words they are, where a person wrote them: the log names him when it has left; `group_name` is a group's.

    Values named ``…_at`` are moments (ISO text); the value ``zone`` is whose time they are shown in, the business zone's
    without it.
    """
    effect = {"message_id": (message_id := message_id or ids.new()), "kind": to.kind, "id": to.id, "guard": guard}
    leaves_by = [to.lane, outbox.send(tx, EFFECT, effect, lane=to.lane, due_at=due_at, rank=rank(template, purpose))]
    message: dict[str, Any] = {"message_id": message_id, "effect": leaves_by, "contour": about.contour, "cause": about.cause}
    message |= {"language": language, "purpose": purpose, "named": by, "ticket_id": about.ticket_id, "due_at": due_at}
    message |= {"until": until, "kept_by": dict(kept_by) if kept_by else None, "author": author, "group_name": group_name}
    message |= {"template": template, "values": dict(values or {}), "buttons": [list(row) for row in buttons] or None}
    repository.add(tx, recipient=to.lane, created_at=clock.now(), state="queued", **message)


def keep(
    tx: storage.Transaction, to: Recipient, template: str, about: About, values: Mapping[str, Any], *, reason: str, **rest: Any
) -> None:
    """Keep what a person wrote and nothing carries: it ends as it is written, and says why. `rest` is as `say` takes it."""
    content = {"named": rest.pop("by", None), "values": dict(values), "text": values.get("text"), **rest}
    content |= {"contour": about.contour, "cause": about.cause, "ticket_id": about.ticket_id, "template": template}
    repository.add(tx, recipient=to.lane, created_at=clock.now(), state="skipped", reason=reason, **content)


def rank(template: str | None, purpose: str | None) -> str:
    """How soon a message must leave."""
    if purpose == rules.MARKETING:
        return outbox.LATER
    return outbox.SOON if template in rules.BY_THE_CLOCK else outbox.NOW


def is_told_outside(contour: str) -> bool:
    """Whether what is said in a contour leaves us where a channel is set up."""
    return contour == "live"


def leaves(contour: str) -> bool:
    """Whether anything said in a contour leaves us by Telegram."""
    return is_told_outside(contour) and settings().telegram_bot_token is not None


def elsewhere(client: clients.Client, *, by_hand: bool = False) -> bool:
    """Whether mail or SMS may reach a client whom Telegram does not; `by_hand` also where nobody has proven that the address is his.

    For a door that would otherwise refuse: it knows no carrier's secret, and what he agreed to is asked as the message leaves.
    """
    mail, phone, dead = client.email, client.phone, client.dead_channels or ()
    by_mail = bool(settings().has_email and mail and (by_hand or client.email_proven) and Address(mail).mark("email") not in dead)
    by_sms = bool(settings().sms_carriers and phone and (by_hand or client.phone_proven) and Address(phone).mark("sms") not in dead)
    return by_mail or by_sms


def words(template: str) -> str:
    """A template's text as it stands, for an answer that is read at once."""
    return rules.render(template, rules.RUSSIAN, {}, business=settings().business_timezone, said_at=clock.wall()).text


def tell_admin(
    tx: storage.Transaction,
    template: str,
    about: About,
    values: Mapping[str, Any],
    *,
    message_id: str | None = None,
    until: datetime | None = None,
) -> None:
    """Queue a message to the administrators' chat."""
    say(tx, admin(about.contour), template, about, values, message_id=message_id, until=until)


def tell_duplicates(tx: storage.Transaction, known: clients.Known, name: str | None, about: About) -> None:
    """Tell the admin where a client may be somebody whom we know as another one too; a person decides."""
    if known.duplicates:
        values = {"client_name": name, "lead_number": known.lead_number, "others": ", ".join(sorted(known.duplicates))}
        tell_admin(tx, "admin_duplicates", about, values)


def hear(tx: storage.Transaction, who: Recipient, text: str, *, contour: str, message_id: str, channel: str = "telegram") -> None:
    """Keep what a person wrote to us, in the same ledger; whoever listens adds what he keeps of it."""
    row = repository.add(
        tx,
        message_id=message_id,
        recipient=who.lane,
        created_at=clock.now(),
        contour=contour,
        direction="in",
        channel=channel,
        cause="message_received",
        state="received",
        text=text[:20_000],
    )
    for listen in hearing.listeners:
        listen(tx, row)


def take_back(to: Recipient, message_id: str, reason: str) -> bool:
    """Have a message that has not left never leave, and one that was not queued yet never be.

    False for good where it has left, is leaving at this moment, or was taken back before; one whose try has failed waits, and may be.
    """
    tx, message = storage.Transaction(), repository.read(message_id)
    if message is not None:
        return _withdrawn(message, reason)
    never = {"recipient": to.lane, "contour": "live", "cause": "message_taken_back", "state": "skipped", "reason": reason}
    repository.add(tx, message_id=message_id, created_at=clock.now(), **never)
    try:
        tx.commit()
    except storage.ConditionFailed:  # it was queued at this moment, or taken back
        return take_back(to, message_id, reason)
    return True


def _withdrawn(message: MessageRow, reason: str) -> bool:
    """Whether it waits and nobody has it in his hands: then it never leaves. What passes to another lane meanwhile is looked for there.

    The administrators' messages leave as one under the lease of the first: whether another of them is in somebody's hands no row says, so
    they are not taken back; nor is what was queued before rows said what they leave by.
    """
    if message.state != repository.QUEUED or not message.effect or is_admins(message.effect[0]):
        return False
    tx = storage.Transaction()
    repository.withdraw(tx, message, reason)
    try:
        tx.commit()
    except storage.ConditionFailed:  # it is leaving, has left, was taken back, or has passed on
        now = repository.read(message.message_id)
        return now is not None and now.effect != message.effect and _withdrawn(now, reason)
    return True


def any_sent(message_ids: Sequence[str]) -> bool:
    """Whether at least one of these messages has left us for its recipient, or would have where anything could."""
    return any(
        row is not None and row.state in ("sent", "recorded")
        for row in storage.read(*(MessageRow.at(message_id) for message_id in message_ids))
    )


def said_to(lane: str, since: datetime, until: datetime) -> list[MessageRow]:
    """What was said to a recipient between two moments, in order."""
    return repository.between(lane, since, until)


def pass_on(source: str, target: str, *, limit: int) -> int:
    """Give a merged client's messages to whom he became, `limit` at most; how many were found."""
    rows = repository.named(client(source).lane, limit=limit)
    for row in rows:
        repository.pass_on(row, client(target).lane)
    return len(rows)


def requeue(message_id: str | None) -> None:
    """A failed message is tried again; one that waits already goes on waiting."""
    message = repository.read(message_id) if message_id else None
    if message is None or message.state != repository.FAILED:
        return
    tx = storage.Transaction()
    repository.requeue(tx, message)
    with suppress(storage.ConditionFailed):  # another operator was faster
        tx.commit()


def ledger(query: "LedgerQuery") -> "LedgerPage":
    """One client's messages, newest first: what was said, when, why, and how it ended."""
    from chalicelib.messaging.schemas import LedgerPage  # only who reads the ledger pays for it

    known = clients.find(query.client_id, clients.contour_of(query.client_id))
    start = pagination.decode(query.cursor, "message_id", "recipient", "created_at")
    page = repository.of(client(known.client_id).lane, limit=query.limit, start=start)
    return LedgerPage(messages=[_row(row) for row in page.rows], next_cursor=pagination.encode(page.next_key))


def _row(row: MessageRow) -> "LedgerRow":
    from chalicelib.messaging.schemas import LedgerButton, LedgerRow  # only who reads the ledger pays for it

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
        buttons=[[LedgerButton(label=label, action=action) for label, action in line] for line in row.keyboard or []],
        sent_at=utc_text(row.sent_at) if row.sent_at else None,
    )

"""How a queued message leaves: re-check the state, find the address, speak, write down how it ended.

Packages above register what messaging must not know: where a specialist is reached, which row guards a message.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.clients import service as clients
from chalicelib.clients.service import Client
from chalicelib.core import clock, outbox, storage
from chalicelib.core.observability import count, logger
from chalicelib.core.settings import settings
from chalicelib.integrations.telegram.client import TelegramRefused
from chalicelib.messaging import repository, rules, service, telling
from chalicelib.messaging.models import ChatMove, MessageRow

CHANNEL = "telegram"


@dataclass(frozen=True, slots=True)
class Directory:
    """Where a kind of recipient is found: the row to read, and the chat it names."""

    key: Callable[[str], storage.Key]
    chat: Callable[[Any], str | None]


@dataclass(frozen=True, slots=True)
class Guard:
    """A state that must still hold: the row to read, and why it does not (None when it does)."""

    key: Callable[[dict[str, Any]], storage.Key]
    stale: Callable[[Any, dict[str, Any]], str | None]


directories: dict[str, Directory] = {"client": Directory(Client.at, lambda row: row.telegram_id if row else None)}
guards: dict[str, Guard] = {}
sealed: dict[str, Callable[[dict[str, Any]], dict[str, str]]] = {}
"""By template, what no row may hold: made from the row's values as the message leaves, and never written down."""


@dataclass(slots=True)
class _Letter:
    """Everything a delivery knows, read at once."""

    message: MessageRow
    person: Any
    chat_id: str | None
    stale: str | None


class _Skip(Exception):
    """A message that must not leave, and why."""


class _NoWay(_Skip):
    """A message that has no channel to its recipient."""


BLOCKED = "the bot is blocked"
WHY = {BLOCKED: "бот заблокирован или чат не найден", "no Telegram account is known": "Telegram этого человека не известен"}
"""Why somebody cannot be reached, as the admin reads it."""

LATE = "late"
"""Why a message was not sent whose moment had passed: a vendor was down, or too much waited before it."""

LEDGER = "ledger"
"""Where a message ends that nothing carries: no token, or the test contour."""


def _bury(effect: outbox.Effect, tx: storage.Transaction, reason: str) -> None:
    """A message that failed keeps what it would have said."""
    letter = _read(effect.payload)
    text = _render(letter)[1] if letter.message is not None else None
    repository.settle(tx, effect.payload["message_id"], state="failed", channel=CHANNEL, text=text, reason=reason, at=clock.wall())


@outbox.handles(service.EFFECT, bury=_bury)
def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Deliver one message, or write down why not."""
    letter = _read(effect.payload)
    message = letter.message
    if message is None or message.state != "queued":
        return
    shown, kept = _render(letter)
    try:
        channel, remote_id = _speak(letter, shown)
    except _Skip as skip:
        repository.settle(tx, message.message_id, state="skipped", channel=CHANNEL, text=kept, reason=str(skip), at=clock.wall())
        if isinstance(skip, _NoWay) and isinstance(letter.person, Client):
            _tell_unreached(tx, letter, kept, cause=str(skip))
    except TelegramRefused as refusal:
        _refused(letter, refusal, tx, kept)
    else:
        repository.settle(
            tx,
            message.message_id,
            state="recorded" if channel == LEDGER else "sent",
            channel=channel,
            text=kept,
            keyboard=shown.buttons,
            reason=None,
            at=clock.wall(),
            remote_id=remote_id,
        )


def _render(letter: _Letter) -> tuple[rules.Rendered, str]:
    """What the person reads, and what the ledger keeps of it: nothing sealed, but in the test contour, which is read nowhere else."""
    message = letter.message
    zone, values = getattr(letter.person, "timezone", None), _with_name(letter)
    unsealed = sealed[message.template](values) if message.template in sealed else {}
    telling = partial(rules.render, business=settings().business_timezone, said_at=clock.wall())
    shown = telling(message.template or "", message.language, {**values, **unsealed}, zone, message.buttons or ())
    if not unsealed or message.contour == "test":
        return shown, shown.text
    return shown, telling(message.template or "", message.language, values).text


def _with_name(letter: _Letter) -> dict[str, Any]:
    """The message's values; a client whose name the sender did not know is called as his card says."""
    values = letter.message.values or {}
    if values.get("client_name") or "client_name" not in values:
        return values
    named = letter.person.name if isinstance(letter.person, Client) else None
    if named is None and values.get("lead_number"):
        named = clients.name_of(values["lead_number"])
    return {**values, "client_name": named}


def _read(payload: dict[str, Any]) -> _Letter:
    directory, guard = directories.get(payload["kind"]), payload.get("guard")
    keys = [MessageRow.at(payload["message_id"])]
    keys += [directory.key(payload["id"])] if directory else []
    keys += [guards[guard["kind"]].key(guard)] if guard else []
    named = None if directory else _named_chat(payload)
    *rows, moved = storage.read(*keys, ChatMove.at(named or ""))
    person = rows[1] if directory else None
    chat_id = directory.chat(person) if directory else moved.moved_to if moved else named
    return _Letter(rows[0], person, chat_id, guards[guard["kind"]].stale(rows[-1], guard) if guard else None)


def _named_chat(payload: dict[str, Any]) -> str | None:
    """The chat that is known without reading who it is: only such a one can be a group, which may have moved."""
    return payload["id"] if payload["kind"] == "chat" else settings().telegram_admin_chat_id


def _speak(letter: _Letter, shown: rules.Rendered) -> tuple[str, str | None]:
    """Say it; the channel it took and the vendor's id of it. Raises _Skip for what must not be said."""
    if letter.stale:
        raise _Skip(letter.stale)
    if letter.message.until is not None and letter.message.until <= outbox.horizon():
        count("MessagesLate")
        raise _Skip(LATE)
    if letter.message.template in rules.AUTOMATED and getattr(letter.person, "paused_at", None):
        raise _Skip("automation for this client is paused until a person lifts it")
    token = settings().telegram_bot_token
    if token is None or not service.leaves(letter.message.contour):
        logger.info("message", extra={"template": letter.message.template, "message_id": letter.message.message_id})
        return LEDGER, None
    if not letter.chat_id:
        raise _NoWay("no Telegram account is known")
    if CHANNEL in (getattr(letter.person, "dead_channels", None) or ()):
        raise _NoWay(BLOCKED)
    return CHANNEL, telling.tell(letter.message, letter.chat_id, shown, token.get_secret_value())


def _refused(letter: _Letter, refusal: TelegramRefused, tx: storage.Transaction, text: str) -> None:
    """A blocked bot is a dead channel, an admin chat without us our own configuration; anything else is an operator's work."""
    if not refusal.unreachable:
        raise outbox.Refused(refusal.reason) from refusal
    if letter.message.recipient.startswith(service.ADMIN):
        raise outbox.Retry(refusal.reason, ours="telegram_chat", its_lane=True) from refusal
    repository.settle(tx, letter.message.message_id, state="dead", channel=CHANNEL, text=text, reason=refusal.reason, at=clock.wall())
    _tell_unreached(tx, letter, text, cause=BLOCKED)


def _tell_unreached(tx: storage.Transaction, letter: _Letter, text: str, *, cause: str) -> None:
    """The admin hears whom we cannot reach and what he should have heard: of a client once for each cause, not for each message.

    A client's messages are one lane, so what was read of him here still stands when this is written.
    """
    client = letter.person if isinstance(letter.person, Client) else None
    if client is not None:
        if cause in (client.unreached or ()):
            return
        died = [Client.dead_channels.add({CHANNEL})] if cause == BLOCKED else []
        tx.update(Client.row(client.client_id), [Client.unreached.add({cause}), *died])
    about = service.About("channel_died", letter.message.contour, letter.message.ticket_id)
    values = {"recipient": _name(letter), "why": WHY[cause], "template": letter.message.template, "text": text, **_phone(client)}
    service.tell_admin(tx, "admin_unreachable", about, values)


def _phone(client: Client | None) -> dict[str, str | None]:
    if client is None or not client.phone:
        return {}
    return {"phone": client.phone, "unproven": None if client.phone_proven else "не подтверждён"}


def _name(letter: _Letter) -> str:
    number = getattr(letter.person, "lead_number", None)
    return " ".join(part for part in (getattr(letter.person, "name", None), number) if part) or letter.message.recipient

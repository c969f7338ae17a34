"""How a queued message leaves: re-check the state, find the address, speak, write down how it ended."""

from typing import Any

from chalicelib.clients import facts as clients
from chalicelib.clients.service import Client
from chalicelib.core import clock, outbox, storage
from chalicelib.core.observability import count, logger
from chalicelib.core.settings import settings
from chalicelib.integrations.telegram.client import TelegramRefused
from chalicelib.messaging import digests, letters, mourning, repository, rules, service, telling
from chalicelib.messaging.letters import CHANNEL, Letter

AT_ONCE, A_SECOND = 8, 28
"""Chats that are spoken to at once, and messages a second: Telegram takes about thirty, a few of which are the stream's."""

outbox.mourners.append(mourning.tell)


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
    """A message that failed keeps what it would have said; of one that was not for him the admin is told."""
    letter = letters.read(effect.payload)
    text = letters.render(letter)[1] if letter.message is not None else None
    if letter.message is not None and not service.is_admins(letter.message.recipient):
        mourning.tell(effect, tx, reason)
    if letter.message is not None:
        repository.settle(tx, letter.message, state="failed", channel=CHANNEL, text=text, reason=reason, at=clock.wall())


@outbox.handles(service.EFFECT, bury=_bury, width=AT_ONCE, per_second=A_SECOND, bundle=digests.BUNDLE)
def deliver(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Deliver one message, or write down why not."""
    letter = letters.read(effect.payload)
    message = letter.message
    if message is None or message.state != "queued":
        return
    shown, kept = letters.render(letter)
    try:
        channel, remote_id = _speak(letter, shown)
    except _Skip as skip:
        repository.settle(tx, message, state="skipped", channel=CHANNEL, text=kept, reason=str(skip), at=clock.wall())
        if isinstance(skip, _NoWay):
            _tell_unreached(tx, letter, kept, cause=str(skip))
    except TelegramRefused as refusal:
        _refused(letter, refusal, tx, kept)
    else:
        repository.settle(
            tx,
            message,
            state="recorded" if channel == LEDGER else "sent",
            channel=channel,
            text=kept,
            keyboard=shown.buttons,
            reason=None,
            at=clock.wall(),
            remote_id=remote_id,
        )


def _speak(letter: Letter, shown: rules.Rendered) -> tuple[str, str | None]:
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
    if not letter.chat_id and service.is_admins(letter.message.recipient):
        raise outbox.Retry("no admin chat is set", ours="telegram_chat", its_lane=True)
    if not letter.chat_id:
        raise _NoWay("no Telegram account is known")
    if CHANNEL in (getattr(letter.person, "dead_channels", None) or ()):
        raise _NoWay(BLOCKED)
    return CHANNEL, telling.tell(letter.message, letter.chat_id, shown, token.get_secret_value())


def _refused(letter: Letter, refusal: TelegramRefused, tx: storage.Transaction, text: str) -> None:
    """A blocked bot is a dead channel, an admin chat without us our own configuration; anything else is an operator's work."""
    if not refusal.unreachable:
        raise outbox.Refused(refusal.reason) from refusal
    if service.is_admins(letter.message.recipient):
        raise outbox.Retry(refusal.reason, ours="telegram_chat", its_lane=True) from refusal
    repository.settle(tx, letter.message, state="dead", channel=CHANNEL, text=text, reason=refusal.reason, at=clock.wall())
    _tell_unreached(tx, letter, text, cause=BLOCKED)


def _tell_unreached(tx: storage.Transaction, letter: Letter, text: str, *, cause: str) -> None:
    """The admin hears whom we cannot reach and what he should have heard.

    Of a client he hears once for each cause, not for each message; of a specialist each time, for each is an appointment missed.

    A client's messages are one lane, so what was read of him here still stands when this is written.
    """
    client = letter.person if isinstance(letter.person, Client) else None
    if client is not None:
        if cause in (client.unreached or ()):
            return
        died = [Client.dead_channels.add({CHANNEL})] if cause == BLOCKED else []
        tx.update(Client.row(client.client_id), [Client.unreached.add({cause}), *died])
        if died and CHANNEL not in (client.dead_channels or ()):
            clients.died(tx, client.client_id, client.contour, CHANNEL)
    about = service.About("channel_died", letter.message.contour, letter.message.ticket_id)
    values = {"recipient": _name(letter), "why": WHY[cause], "template": letter.message.template, "text": text, **_contacts(letter.person)}
    service.tell_admin(tx, "admin_unreachable", about, values)


def _contacts(person: Any) -> dict[str, str | None]:
    """How else the admin reaches him; a client's phone may be only what a form said."""
    known = {"phone": getattr(person, "phone", None), "email": getattr(person, "email", None)}
    if isinstance(person, Client) and person.phone and not person.phone_proven:
        known["unproven"] = "не подтверждён"
    return known


def _name(letter: Letter) -> str:
    number = getattr(letter.person, "lead_number", None)
    return " ".join(part for part in (getattr(letter.person, "name", None), number) if part) or letter.message.recipient

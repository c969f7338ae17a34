"""Updates of the bot. What can never be processed is answered and kept, for Telegram repeats anything else for a day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session, SessionRaced
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import SlotTaken
from chalicelib.bot.schemas import BotAnswer
from chalicelib.clients import service as clients
from chalicelib.clients.service import Identity, IdentityRaced, Person
from chalicelib.core import inbox, storage
from chalicelib.core.errors import AppError
from chalicelib.core.inbox import Receipt
from chalicelib.core.settings import settings
from chalicelib.intake.links import service as links
from chalicelib.intake.tickets.errors import LinkTaken, TicketNotFound
from chalicelib.integrations.telegram.schemas import Update
from chalicelib.messaging import service as messaging

LIVE = "live"
MOVES_SHOWN = 6
NOT_YOURS = "Эта кнопка не для вас."
OUTDATED = "Эта кнопка больше не действует."


def handle(update: Update, receipt: Receipt) -> BotAnswer:
    """Serve one update; whatever happens Telegram is told that it was taken."""
    actions: dict[str, Callable[[Update, Receipt], BotAnswer]] = {"button": _button, "membership": _membership, "message": _message}
    action = actions.get(update.kind, _nothing)
    return action(update, receipt) if update.sender_id else _nothing(update, receipt)


def _nothing(update: Update, receipt: Receipt) -> BotAnswer:
    inbox.done(receipt, BotAnswer())
    return BotAnswer()


def _person(update: Update) -> Person:
    sender = update.sender
    username = clients.username_of(sender.username) if sender else None
    return Person(name=sender.name if sender else None, telegram_id=update.sender_id, telegram_username=username)


def _membership(update: Update, receipt: Receipt) -> BotAnswer:
    """The bot was blocked or unblocked: the channel is dead or alive."""
    if update.reachable is not None:
        clients.mark_channel(telegram_id=str(update.sender_id), channel="telegram", dead=not update.reachable)
    return _nothing(update, receipt)


def _message(update: Update, receipt: Receipt) -> BotAnswer:
    if update.message is None or update.message.chat.type != "private" or update.chat_id == settings().telegram_admin_chat_id:
        return _nothing(update, receipt)
    return _start(update, receipt) if update.start_payload else _talk(update, receipt)


def _start(update: Update, receipt: Receipt) -> BotAnswer:
    """A followed link: bind and book; a link that leads nowhere gets a kind word."""
    try:
        links.follow(_person(update), str(update.start_payload), lambda tx, answer: receipt.complete(tx, BotAnswer()))
    except (TicketNotFound, LinkTaken) as error:
        return _reply(update, receipt, "client_link_unknown" if isinstance(error, TicketNotFound) else "client_link_taken")
    return BotAnswer()


def _reply(update: Update, receipt: Receipt, template: str) -> BotAnswer:
    tx = storage.Transaction()
    messaging.say(tx, messaging.chat(str(update.chat_id)), template, messaging.About("bot_start", LIVE))
    receipt.complete(tx, BotAnswer())
    tx.commit()
    return BotAnswer()


@storage.again(IdentityRaced)
def _talk(update: Update, receipt: Receipt) -> BotAnswer:
    """Plain words are kept in the person's dialogue; who writes first becomes a client."""
    person = _person(update)
    rows = storage.read(*clients.keys(person, LIVE))
    tx = storage.Transaction()
    known = clients.find_or_create(tx, person=person, rows=rows, contour=LIVE, new_id=receipt.new_id("client"), source="bot")
    if update.is_start:
        messaging.say(
            tx, messaging.client(known.client_id), "client_welcome", messaging.About("bot_start", LIVE), {"client_name": person.name}
        )
    elif update.text:
        messaging.hear(tx, messaging.client(known.client_id), update.text, contour=LIVE, message_id=receipt.new_id("message"))
    receipt.complete(tx, BotAnswer())
    tx.commit()
    return BotAnswer()


@storage.again(SessionRaced, SlotTaken)
def _button(update: Update, receipt: Receipt) -> BotAnswer:
    """A pressed button, if it is the presser's own and still means something."""
    query = update.callback_query
    if query is None:
        return _nothing(update, receipt)
    action, _, ref = query.data.partition(":")
    session, identity = _read(action, ref, query.sender.id)
    said, tx = NOT_YOURS, storage.Transaction()
    if session is not None and identity is not None and identity.client_id == session.client_id:
        said, tx = _press(tx, action, ref, session)
    answer = BotAnswer(method="answerCallbackQuery", callback_query_id=query.id, text=said[:200], show_alert=False)
    receipt.complete(tx, answer)
    tx.commit()
    return answer


def _read(action: str, ref: str, sender_id: str) -> tuple[Session | None, Identity | None]:
    """The session a button is about and the person who pressed it: one read."""
    parts = ref.split(":")
    if action not in ACTIONS or len(parts) < ACTIONS[action].parts or not all(parts):
        return None, None
    ticket_id, session_id = parts[-2:]
    identity = clients.keys(Person(telegram_id=sender_id), LIVE)
    session, who = storage.read(sessions.by_key(ticket_id, session_id), *identity)
    return session, who


def _press(tx: storage.Transaction, action: str, ref: str, session: Session) -> tuple[str, storage.Transaction]:
    """What the button did, in words; a refusal writes nothing but its words. A button's data is the client's to forge."""
    try:
        return ACTIONS[action].run(tx, session, ref.split(":")), tx
    except AppError as error:
        return REFUSALS.get(error.code, OUTDATED), storage.Transaction()
    except (ValueError, OverflowError, OSError):
        return OUTDATED, storage.Transaction()


REFUSALS = {
    "session_past": "Сессия уже началась.",
    "session_ended": "Эта сессия уже завершена или отменена.",
    "slot_taken": "Это время уже заняли, выберите другое.",
    "payment_awaited": "Сначала нужно оплатить сессию.",
    "session_not_completed": "Оценить можно только прошедшую сессию.",
    "slot_past": "Это время уже прошло.",
}


def _confirm(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    return sessions.confirm_in(tx, session).message


def _cancel(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    return sessions.cancel_in(tx, session, "button", cause="cancelled_by_client").message


def _rate(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    rating = int(parts[0])
    if not 1 <= rating <= 5:
        raise ValueError("a rating is 1 to 5")
    return sessions.rate_in(tx, session, rating, session.feedback).message


def _offer(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    """Offer other times of the same specialist as buttons."""
    free = slots.free_of_specialist(session.specialist_id, limit=MOVES_SHOWN)
    values: dict[str, Any] = {"specialist_name": session.specialist_name, "start_at": session.start_at.isoformat()}
    if not free:
        return "Свободного времени пока нет, администратор поможет."
    buttons = [[(slots.text(slot.start_at), f"to:{_minutes(slot.start_at)}:{session.ticket_id}:{session.session_id}")] for slot in free]
    about = messaging.About("move_asked", session.contour, session.ticket_id)
    messaging.say(tx, messaging.client(session.client_id), "client_choose_time", about, values, buttons=buttons)
    return "Выберите новое время."


def _move(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    return sessions.move_in(tx, session, datetime.fromtimestamp(int(parts[0], 36) * 60, UTC)).message


def _minutes(moment: datetime) -> str:
    """A moment short enough for a button's 64 bytes: minutes since the epoch, base 36."""
    number, text = int(moment.timestamp()) // 60, ""
    while number:
        number, digit = divmod(number, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + text
    return text


@dataclass(frozen=True, slots=True)
class Action:
    """A button's use case, and how many parts its data has after the action's name."""

    run: Callable[[storage.Transaction, Session, Sequence[str]], str]
    parts: int = 2


ACTIONS = {"confirm": Action(_confirm), "cancel": Action(_cancel), "move": Action(_offer), "to": Action(_move, 3), "rate": Action(_rate, 3)}

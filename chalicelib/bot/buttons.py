"""What the bot's buttons do. A button's data is ``action:…:ref`` and comes from the client's device: it may be forged.

``ref`` is what the button is about: ``ticket:session``, or a ticket alone. The presser must be the client it is about.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.aftercare.helpinghand import service as helpinghand
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session
from chalicelib.booking.slots import service as slots
from chalicelib.clients import service as clients
from chalicelib.clients.service import Identity, Person
from chalicelib.core import storage
from chalicelib.core.errors import AppError
from chalicelib.intake.helping import service as helping
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging

LIVE = "live"
MOVES_SHOWN = 6
NOT_YOURS = "Эта кнопка не для вас."
OUTDATED = "Эта кнопка больше не действует."

Subject = Session | Ticket


def read(data: str, presser_id: str) -> tuple[Subject | None, Identity | None]:
    """What a button is about and the person who pressed it: one read; neither where the data is none of ours."""
    name, _, ref = data.partition(":")
    action, parts = ACTIONS.get(name), ref.split(":")
    if action is None or len(parts) != action.parts or not all(parts):
        return None, None
    subject, who = storage.read(action.subject(parts), *clients.keys(Person(telegram_id=presser_id), LIVE))
    return subject, who


def is_his(subject: Subject, presser: Identity) -> bool:
    """Whether a button is the presser's: its ticket or session is of his client, and not only because somebody typed him."""
    return presser.client_id == subject.client_id and not (isinstance(subject, Ticket) and not subject.is_proven)


def is_the_offices(data: str) -> bool:
    """Whether a button is for the admin chat alone."""
    action = ACTIONS.get(data.partition(":")[0])
    return action is not None and action.office


def press(tx: storage.Transaction, data: str, subject: Subject) -> tuple[str, storage.Transaction]:
    """What the button did, in words; a refusal writes nothing but its words."""
    name, _, ref = data.partition(":")
    try:
        return ACTIONS[name].run(tx, subject, ref.split(":")), tx
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
    "client_busy": "В это время у вас уже есть другая сессия.",
}


def _confirm(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    return sessions.confirm_in(tx, session).message


def _cancel(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    return sessions.cancel_in(tx, session, "button", cause="cancelled_by_client").message


def _held(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    return sessions.held_in(tx, session).message


def _missed(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    return sessions.missed_in(tx, session).message


def _rate(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    rating = int(parts[0])
    if not 1 <= rating <= 5:
        raise ValueError("a rating is 1 to 5")
    return sessions.rate_in(tx, session, rating, session.feedback).message


def _offer(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    """Offer other times of the same specialist as buttons."""
    free = sessions.free_for(session, limit=MOVES_SHOWN)
    values: dict[str, Any] = {"specialist_name": session.specialist_name, "start_at": session.start_at.isoformat()}
    if not free:
        return "Свободного времени пока нет, администратор поможет."
    buttons = [[(slots.text(slot.start_at), f"to:{_minutes(slot.start_at)}:{session.ticket_id}:{session.session_id}")] for slot in free]
    about = messaging.About("move_asked", session.contour, session.ticket_id)
    messaging.say(tx, messaging.client(session.client_id), "client_choose_time", about, values, buttons=buttons, until=session.start_at)
    return "Выберите новое время."


def _move(tx: storage.Transaction, session: Session, parts: Sequence[str]) -> str:
    return sessions.move_in(tx, session, datetime.fromtimestamp(int(parts[0], 36) * 60, UTC)).message


def _still_wanted(tx: storage.Transaction, ticket: Ticket, parts: Sequence[str]) -> str:
    return helpinghand.answer_in(tx, ticket, wanted=parts[0] == "yes")


def _take(tx: storage.Transaction, ticket: Ticket, parts: Sequence[str]) -> str:
    return helping.confirm_in(tx, ticket)


def _minutes(moment: datetime) -> str:
    """A moment short enough for a button's 64 bytes: minutes since the epoch, base 36."""
    number, text = int(moment.timestamp()) // 60, ""
    while number:
        number, digit = divmod(number, 36)
        text = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + text
    return text


def _session(parts: Sequence[str]) -> storage.Key:
    return sessions.by_key(*parts[-2:])


def _ticket(parts: Sequence[str]) -> storage.Key:
    return Ticket.at(parts[-1])


@dataclass(frozen=True, slots=True)
class Action:
    """A button's use case, what it is about, and how many parts its data has after the action's name.

    One of the `office` acts for whoever presses it in the admin chat, and for nobody elsewhere.
    """

    run: Callable[[storage.Transaction, Any, Sequence[str]], str]
    parts: int = 2
    subject: Callable[[Sequence[str]], storage.Key] = _session
    office: bool = False


ACTIONS = {
    "confirm": Action(_confirm),
    "cancel": Action(_cancel),
    "move": Action(_offer),
    "to": Action(_move, 3),
    "rate": Action(_rate, 3),
    "held": Action(_held, office=True),
    "missed": Action(_missed, office=True),
    "help": Action(_still_wanted, 2, _ticket),
    "take": Action(_take, 1, _ticket),
}

"""What follows an alarming word: hotlines to the client, an alarm to the admin, nothing by the clock until a person lifts it."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.clients import service as clients
from chalicelib.clients.service import Known, Person
from chalicelib.core import storage
from chalicelib.messaging import service as messaging
from chalicelib.messaging.service import About
from chalicelib.safety import rules

if TYPE_CHECKING:
    from chalicelib.safety.schemas import Resumed

FORM = "в анкете"
MESSAGE = "в сообщении"
FEEDBACK = "в отзыве"
QUESTION = "в вопросе"
REASON = "в причине отмены"
CAUSE = "risky_words"
PAUSED = (
    "Телефоны помощи отправлены, если бот может написать клиенту. Напоминания и опросы для него остановлены, пока вы их не возобновите."
)
UNPROVEN = (
    "Кто заполнил анкету, ещё не подтверждено. Телефоны помощи показаны в ответе анкеты и уйдут тому, кто перейдёт "
    "по ссылке этой заявки; тогда же остановятся его напоминания и опросы. Позвоните сами."
)
UNSAID = "Кто это написал, не доказано: клиенту ничего не отправлено, автоматические сообщения ему идут. Позвоните сами."
"""What was done about it, for the admin."""


def is_risky(said: Any) -> bool:
    """Whether a text, or a form's answers, hold a risky word."""
    return rules.found_in(said) is not None


def screened(person: Person, said: Any) -> Person:
    """The person, with an alarm if what he said (a text, or a form's answers) holds a risky word.

    Made of him a client (`clients.find_or_create`), that pauses what goes to him by the clock; `alert_in` tells the rest.
    """
    alarm = rules.found_in(said)
    return replace(person, alarm=alarm) if alarm else person


def screen_in(
    tx: storage.Transaction, known: Known, said: Any, *, name: str | None, where: str, contour: str, ticket_id: str | None = None
) -> None:
    """The whole of it for a client we know, in a transaction that does not write the client himself."""
    person = screened(Person(name=name), said)
    if person.alarm:
        clients.pause_in(tx, known, person.alarm)
        alert_in(tx, known, person, where=where, contour=contour, ticket_id=ticket_id)


def alert_in(tx: storage.Transaction, known: Known, person: Person, *, where: str, contour: str, ticket_id: str | None = None) -> None:
    """Hotlines to the client and an alarm to the admin, if there is one: in the transaction that keeps what was said, so once."""
    if person.alarm:
        comfort_in(tx, messaging.client(known.client_id), contour=contour, ticket_id=ticket_id)
        _alarm(tx, known, person, where, About(CAUSE, contour, ticket_id), PAUSED)


def alert_of_form_in(tx: storage.Transaction, known: Known, person: Person, *, contour: str, ticket_id: str) -> None:
    """An alarm to the admin for a form, which proves nobody: the client it names is neither written to nor paused.

    The hotlines are in the form's own answer, and go to whoever follows this very ticket's link.
    """
    if person.alarm:
        _alarm(tx, known, person, FORM, About(CAUSE, contour, ticket_id), UNPROVEN)


def alert_of_nobody_in(
    tx: storage.Transaction, known: Known, said: Any, *, name: str | None, where: str, contour: str, ticket_id: str | None = None
) -> None:
    """An alarm to the admin alone, for words that may be another's than the client's whom they name."""
    person = screened(Person(name=name), said)
    if person.alarm:
        _alarm(tx, known, person, where, About(CAUSE, contour, ticket_id), UNSAID)


def comfort_in(tx: storage.Transaction, whom: messaging.Recipient, *, contour: str, ticket_id: str | None = None) -> None:
    """The hotlines, to somebody who is with us."""
    messaging.say(tx, whom, "client_hotline", About(CAUSE, contour, ticket_id))


def _alarm(tx: storage.Transaction, known: Known, person: Person, where: str, about: About, done: str) -> None:
    values = {"lead_number": known.lead_number, "client_name": person.name, "phrase": person.alarm, "where": where, "done": done}
    messaging.tell_admin(tx, "admin_risky_words", about, values)


def with_hotline(person: Person, words: str) -> str:
    """What a form's answer says, with the hotlines before it where they are needed: its sender may not be in the bot yet."""
    return f"{messaging.words('client_hotline')}\n\n{words}" if person.alarm else words


def resume(reference: str) -> "Resumed":
    """A person has looked: what goes by the clock goes to the client again. Raises ClientNotFound."""
    from chalicelib.safety.schemas import Resumed  # only who resumes pays for it

    known = clients.resume(reference)
    return Resumed(message="Автоматические сообщения клиенту снова включены.", client_id=known.lead_number)

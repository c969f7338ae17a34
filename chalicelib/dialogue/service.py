"""Talk: a client's words reach the administrator with a reply ready to use, the administrator's line reaches the client."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal

from chalicelib.booking.specialists.service import Specialist, account_key, bearer
from chalicelib.clients import service as clients
from chalicelib.clients.service import Client, ClientNotFound, IdentityRaced, Known, Person, Proof
from chalicelib.core import facts, ids, inbox, storage, troubles
from chalicelib.core.inbox import AlreadyAnswered, InboxRow
from chalicelib.core.troubles import TroubleRow
from chalicelib.dialogue import rules, specialists
from chalicelib.dialogue.errors import ClientUnreachable, ClientWithoutBot, CommandRefused, EditedLine
from chalicelib.dialogue.rules import Command
from chalicelib.dialogue.schemas import AdminLine, ClientWords, Passed
from chalicelib.dialogue.threads import waiting
from chalicelib.messaging import service as messaging
from chalicelib.messaging.service import About
from chalicelib.safety import service as safety

LIVE = "live"
CHANNEL = "telegram"
REPEAT_WINDOW = timedelta(minutes=1)
"""Within it the same words to or from the same person are a repeat."""

QUEUED = "Сообщение в очереди и уйдёт клиенту в Telegram через несколько секунд."
HELD = "Сообщение в очереди, но Telegram не принимает токен бота: оно уйдёт, когда токен исправят."
ELSEWHERE = "Сообщение в очереди и уйдёт клиенту письмом или SMS: в Telegram его нет."
RECORDED = "Сообщение записано, но до клиента не дойдёт: отсюда в Telegram ничего не отправляется."
NOBODY = "такого номера нет. Проверьте его."
Completion = Callable[[storage.Transaction], None]


def _nothing_more(tx: storage.Transaction) -> None:
    """A door without writes of its own."""


def is_command(line: str) -> bool:
    """Whether a line of the admin chat is meant for a client."""
    return rules.is_command(line)


def to_client(body: AdminLine) -> Passed:
    """Say the administrator's words to a client. Raises CommandRefused, ClientNotFound, ClientWithoutBot or ClientUnreachable."""
    return _send(rules.parse(body.command), _nothing_more, confirm=False)


def in_chat(line: str, complete: Completion, *, edited: bool = False) -> None:
    """The same from the admin chat, which reads there how it went. `complete` adds the door's own writes.

    A line that was `edited` has been said as it was before, or refused: it is not said again.
    """
    try:
        if edited:
            raise EditedLine
        _send(rules.parse(line), complete, confirm=True)
    except (CommandRefused, ClientNotFound, ClientWithoutBot, ClientUnreachable) as refusal:
        tx = storage.Transaction()
        values = {"reason": getattr(refusal, "reason", NOBODY), "line": line[:200]}
        messaging.tell_admin(tx, "admin_line_refused", About("message_refused", LIVE), values)
        complete(tx)
        tx.commit()


@storage.again(AlreadyAnswered)
def _send(command: Command, complete: Completion, *, confirm: bool) -> Passed:
    contour = clients.contour_of(command.lead)
    key = inbox.claim_key("dialogue", contour, "to_client", command.lead, command.text)
    claim, *who = storage.read(InboxRow.at(key), *clients.reference_keys(command.lead, contour))
    tx, earlier = storage.Transaction(), inbox.claimed(claim, window=REPEAT_WINDOW)
    if earlier is None:
        answer = _say(tx, command, clients.by_reference(who), contour, confirm=confirm)
        inbox.claim(tx, key, answer, window=REPEAT_WINDOW)
    else:
        answer = Passed.model_validate_json(earlier)
    complete(tx)
    tx.commit()
    return answer


def _say(tx: storage.Transaction, command: Command, known: Known, contour: str, *, confirm: bool) -> Passed:
    client, held = storage.read(Client.at(known.client_id), TroubleRow.at(troubles.STANDING, messaging.EFFECT))
    elsewhere = messaging.is_told_outside(contour) and messaging.elsewhere(client, by_hand=True)
    if not client.telegram_id and not elsewhere:
        raise ClientWithoutBot
    is_dead = CHANNEL in (client.dead_channels or ())
    if is_dead and not elsewhere:
        raise ClientUnreachable
    about, message_id = About("message_from_staff", contour), ids.new()
    to, said = messaging.client(known.client_id), {"text": command.text}
    messaging.say(tx, to, "client_words_of_staff", about, said, message_id=message_id, author=facts.by_the_house())
    waiting.answered_in(tx, known.client_id, message_id, contour=contour)
    by_telegram = client.telegram_id and not is_dead
    answer = _queued(known, contour, held) if by_telegram else _queued_elsewhere(known)
    if confirm:
        values = {"client_name": client.name, "lead_number": known.lead_number, "how": answer.message}
        messaging.tell_admin(tx, "admin_line_passed", About("message_from_staff", LIVE), values)
    return answer


def _queued(known: Known, contour: str, held: TroubleRow | None) -> Passed:
    """What becomes of a message that was just queued: the way it goes, and whether it can go."""
    way: Literal["telegram", "ledger"] = "telegram" if messaging.leaves(contour) else "ledger"
    how = HELD if held else QUEUED
    arrives = way == "telegram" and held is None
    message = how if way == "telegram" else RECORDED
    return Passed(message=message, client_id=known.lead_number, state="queued", channel=way, will_arrive=arrives)


def _queued_elsewhere(known: Known) -> Passed:
    return Passed(message=ELSEWHERE, client_id=known.lead_number, state="queued", will_arrive=True)


@storage.again(IdentityRaced, AlreadyAnswered)
def from_client(words: ClientWords) -> Passed:
    """Pass a client's words to the administrator; who writes first becomes a client. Raises ClientNotFound.

    Words of nobody we are told of are passed on too: they cannot be answered, but are not lost.
    """
    contour = clients.contour_of(words.client_id or "")
    key = inbox.claim_key("dialogue", contour, "from_client", words.telegram_id or "", words.client_id or "", words.text)
    said = clients.person_from(telegram=words.telegram_id)  # by the bot or the back office, who know whom they hear
    person = safety.screened(replace(said, telegram_id=said.telegram_typed, telegram_typed=None), words.text)
    named = clients.reference_keys(words.client_id, contour) if words.client_id else []
    theirs = account_key(person.telegram_id, contour)
    claim, account, *rows = storage.read(InboxRow.at(key), theirs, *named, *clients.keys(person, contour))
    if earlier := inbox.claimed(claim, window=REPEAT_WINDOW):
        return Passed.model_validate_json(earlier)
    tx = storage.Transaction()
    if who := bearer(account):
        return _from_specialist(tx, who, words.text, key)
    known, person = _whose(tx, words, person, rows, contour)
    if known:
        heard_in(tx, known, person, words.text, contour=contour, message_id=ids.new())
    else:
        messaging.tell_admin(tx, "admin_stranger_wrote", About("message_received", contour), {"text": words.text})
    answer = Passed(message="Сообщение передано администратору.", client_id=known.lead_number if known else None)
    inbox.claim(tx, key, answer, window=REPEAT_WINDOW)
    tx.commit()
    return answer


def _from_specialist(tx: storage.Transaction, who: Specialist, text: str, key: str) -> Passed:
    specialists.heard_in(tx, who, text, message_id=ids.new())
    answer = Passed(message="Сообщение передано администратору.")
    inbox.claim(tx, key, answer, window=REPEAT_WINDOW)
    tx.commit()
    return answer


def _whose(tx: storage.Transaction, words: ClientWords, person: Person, rows: Sequence[Any], contour: str) -> tuple[Known | None, Person]:
    """The client who wrote, and what we know of him; a Telegram account that is new to us becomes one."""
    if any(rows):
        known = clients.by_reference(rows)
        (client,) = storage.read(Client.at(known.client_id))
        if person.alarm:
            clients.pause_in(tx, known, person.alarm)
        return known, replace(person, name=client.name)
    if words.client_id:
        raise ClientNotFound
    if not person.telegram_id:
        return None, person
    known = clients.find_or_create(tx, person=person, rows=rows, contour=contour, new_id=ids.new(), source="bot", proof=Proof.OFFICE)
    return known, person


def heard_in(
    tx: storage.Transaction, known: Known, person: Person, text: str, *, contour: str, message_id: str, channel: str = CHANNEL
) -> None:
    """Keep a client's words in his dialogue and pass them to the administrator, with a reply ready to use."""
    messaging.hear(tx, messaging.client(known.client_id), text, contour=contour, message_id=message_id, channel=channel)
    # His name is read from his card when this leaves: what he calls himself in Telegram may be anything.
    values = {"lead_number": known.lead_number, "client_name": None, "text": text}
    messaging.tell_admin(tx, "admin_client_wrote", About("message_received", contour), values)
    safety.alert_in(tx, known, person, where=safety.MESSAGE, contour=contour)

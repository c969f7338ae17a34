"""Following a link: who proves to be the ticket's person gets its first standing slot as a session."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import ClientBusy, Owner, SessionNotFound
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import SlotRef, SlotTaken
from chalicelib.booking.specialists import service as specialists
from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Known, NotAlone, Person
from chalicelib.core import clock, ids, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import CONTOURS
from chalicelib.core.settings import settings
from chalicelib.intake.links import numbers, repository, whose
from chalicelib.intake.links.numbers import Completion
from chalicelib.intake.links.schemas import LinkAnswer, LinkFollowed
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.errors import LinkTaken, TicketNotFound, TicketRaced
from chalicelib.intake.tickets.facts import followed
from chalicelib.intake.tickets.models import Ticket
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

MOST_ASKED = 5
"""How many accounts are asked about one ticket: a link has one addressee."""

OVER = ("completed", "missed", "rated")


@dataclass(frozen=True, slots=True)
class Reply:
    """What an account that must say who it is says: the phone that it shared, or that it will not share one."""

    phone: str | None = None
    declined: bool = False

    @property
    def given(self) -> bool:
        """Whether it has said anything."""
        return self.declined or self.phone is not None


SILENCE = Reply()


def follow(person: Person, reference: str, complete: Completion = lambda tx, answer: None, *, reply: Reply = SILENCE) -> LinkAnswer:
    """Bind a Telegram user to a ticket and book what still stands; a repeat is told what stands now.

    `reference` is the ticket's id, which nobody can guess; or its form's number, which opens nothing but to whose typed contact it is.
    Who may be somebody else than the ticket's client is asked for his phone first (`contact_needed`), and gets nothing until then.
    A specialist is told whose link it is, and nothing is bound or booked.
    `complete` adds the door's own writes to the transaction. Raises TicketNotFound, or LinkTaken for another account.
    """
    person = replace(person, phone=reply.phone)
    way = None if ids.is_ulid(reference) else numbers.find(person, reference, replied=reply.given)
    if way is None or way.ticket_id:
        return _by_id(person, (way and way.ticket_id) or reference, complete, reply)
    return numbers.come(person, way, complete) if reply.given else numbers.ask(person, way, complete)


def _by_id(person: Person, ticket_id: str, complete: Completion, reply: Reply) -> LinkAnswer:
    lost: set[str] = set()
    busy: set[str] = set()
    alone = True
    while True:
        try:
            return _follow(person, ticket_id, complete, lost, busy, alone, reply.given)
        except SlotTaken as taken:
            lost.add(taken.detail["slot_id"])
        except ClientBusy as elsewhere:  # he has a session of his own then: the next time that he chose
            busy.add(elsewhere.detail["slot_id"])
        except NotAlone:
            alone = False


@storage.again(IdentityRaced, TicketRaced)
def _follow(person: Person, ticket_id: str, complete: Completion, lost: set[str], busy: set[str], alone: bool, replied: bool) -> LinkAnswer:
    keys = {contour: clients.keys(person, contour) for contour in CONTOURS}
    theirs = specialists.account_key(person.telegram_id, "live")
    ticket, account_row, *rows = storage.read(Ticket.at(ticket_id), theirs, *keys["live"], *keys["test"])
    if ticket is None:
        raise TicketNotFound
    if ticket.contour == "live" and ticket.followed_by != person.telegram_id and (who := specialists.bearer(account_row)):
        return _specialists(ticket, person, who.name, complete)
    if ticket.followed_by:
        return _again(ticket, person, complete)
    half = len(keys["live"])
    identities = rows[:half] if ticket.contour == "live" else rows[half:]
    tx = storage.Transaction()
    owner = whose.settle(tx, ticket, person, identities, alone=alone, replied=replied)
    if owner is None:
        return _ask(ticket, person, complete)
    known, account = owner.known, str(person.telegram_id)
    followed(tx, ticket, known.client_id)
    held = [] if ticket.booked_at else tickets.held_by(ticket)  # a ticket names one session, and the office may have booked it
    answer = _book_or_ask(tx, ticket, known, [slot for slot in held if slot.slot_id not in lost], busy)
    booked = answer.slot_time is not None
    repository.bind(tx, ticket, account, known, answer.model_dump_json(), folded=owner.folded, booked=booked)
    asked = account in (ticket.asked_by or ())
    if asked or replied:
        repository.answered(tx, account)
    if ticket.alarm and not asked:
        safety.comfort_in(tx, messaging.client(known.client_id), contour=ticket.contour, ticket_id=ticket_id)
    complete(tx, answer)
    tx.commit()
    return answer


def _ask(ticket: Ticket, person: Person, complete: Completion) -> LinkAnswer:
    """Nothing is bound yet: the account is told what this ticket holds, and asked for its phone."""
    account, asked = str(person.telegram_id), ticket.asked_by or set()
    if account not in asked and len(asked) >= MOST_ASKED:
        return _refuse(ticket, person)
    tx = storage.Transaction()
    repository.ask(tx, ticket, account)
    if ticket.alarm and account not in asked:
        safety.comfort_in(tx, messaging.chat(account), contour=ticket.contour, ticket_id=ticket.ticket_id)
    answer = LinkAnswer(message=_question(ticket), ticket_id=ticket.ticket_id, contact_needed=True)
    complete(tx, answer)
    tx.commit()
    return answer


def _question(ticket: Ticket) -> str:
    ahead = [slot for slot in tickets.held_by(ticket) if slot.start_at > clock.now()]
    time = f"на {slots.told(ahead[0].start_at)} " if ahead else ""
    return f"Чтобы закончить запись {time}по вашей заявке, подтвердите свой номер телефона."


def share(person: Person, contour: str, complete: Callable[[storage.Transaction], None] = lambda tx: None) -> None:
    """The phone that an account shared is its own from now on; whose else it is known to be is told to the admin."""
    _share(person, contour, complete)


@storage.again(IdentityRaced)
def _share(person: Person, contour: str, complete: Callable[[storage.Transaction], None]) -> None:
    account, *rows = storage.read(specialists.account_key(person.telegram_id, contour), *clients.keys(person, contour))
    tx = storage.Transaction()
    if specialists.bearer(account) is None:  # he is made no client
        known = clients.come_forward(tx, person=person, rows=rows, contour=contour, new_id=ids.new())
        messaging.tell_duplicates(tx, known, person.name, messaging.About("contact_shared", contour))
    complete(tx)
    tx.commit()


def answer_question(person: Person, reply: Reply, complete: Completion) -> LinkAnswer | None:
    """What an account says of itself, about the ticket it was last asked about; None where it was asked about none.

    Raises as `follow` does; a phone that was shared is the account's own all the same.
    """
    question = repository.question(str(person.telegram_id))
    if question is None:
        return None
    try:
        return follow(person, question.ticket_id, complete, reply=reply)
    finally:
        if reply.phone:
            _keep_phone(replace(person, phone=reply.phone), question.contour)


def _keep_phone(person: Person, contour: str) -> None:
    """Prove the phone where following the link has not, for the account was known or the ticket another's."""
    _, phone, *_ = storage.read(*clients.keys(person, contour))
    if phone is None or not phone.proven:
        share(person, contour)


def person_of(body: LinkFollowed) -> Person:
    """The account that a bot tells of."""
    return Person(telegram_id=body.user_id, telegram_username=clients.username_of(body.username))


def reply_of(body: LinkFollowed) -> Reply:
    """What it says of itself. Raises Invalid for a phone that is none."""
    phone = clients.phone_of(body.phone, settings().regions)
    if body.phone and not phone:
        raise Invalid.field("body", "phone", msg="expected a valid phone number", kind="phone")
    return Reply(phone, body.declined)


def follow_for(person: Person, ticket_id: str, reply: Reply) -> LinkAnswer:
    """The same for a bot that asks by itself: its word of the phone is believed."""
    answer = follow(person, ticket_id, reply=reply)
    (ticket,) = storage.read(Ticket.at(answer.ticket_id)) if reply.phone else (None,)
    if ticket is not None:
        _keep_phone(replace(person, phone=reply.phone), ticket.contour)
    return answer


def _again(ticket: Ticket, person: Person, complete: Completion) -> LinkAnswer:
    """The same account is told what stands now; another one is flagged, once, and never rebound."""
    if ticket.followed_by != person.telegram_id:
        return _refuse(ticket, person)
    tx = storage.Transaction()
    answer = _standing(ticket)
    complete(tx, answer)
    tx.commit()
    return answer


def _refuse(ticket: Ticket, person: Person) -> LinkAnswer:
    tx = storage.Transaction()
    whose.tell_of_another(tx, ticket, person, "admin_other_account", {"account": whose.account_of(person)})
    tx.commit()
    raise LinkTaken


def _specialists(ticket: Ticket, person: Person, name: str, complete: Completion) -> LinkAnswer:
    """A specialist followed a client's link: he is made no client and the ticket stays whose it is; the admin hears of it once."""
    tx = storage.Transaction()
    whose.tell_of_another(tx, ticket, person, "admin_specialist_followed", {"specialist_name": name})
    words = "Это ссылка из заявки клиента, а вы у нас специалист: по ней ничего не записано, администратору мы сообщили."
    answer = LinkAnswer(message=words, ticket_id=ticket.ticket_id, over=True)
    complete(tx, answer)
    tx.commit()
    return answer


def _standing(ticket: Ticket) -> LinkAnswer:
    """What has become of a followed ticket: its session as it stands, or that there is none."""
    said = LinkAnswer.model_validate_json(ticket.link_answer)
    try:
        session = sessions.current(ticket.ticket_id)
    except SessionNotFound:
        return said
    if session.live_in and session.end_at > clock.now():
        return _booked(ticket, session.lead_number or said.client_id, session.specialist_name, session.start_at)
    past = session.status in OVER or session.live_in  # nobody has said yet how it ended
    words = "Эта встреча уже прошла." if past else "Запись отменена. Напишите нам, и мы подберём другое время."
    return LinkAnswer(message=words, ticket_id=ticket.ticket_id, client_id=ticket.lead_number, over=True)


def _booked(ticket: Ticket, number: str | None, specialist: str, start_at: datetime) -> LinkAnswer:
    return LinkAnswer(
        message=f"Вы записаны: {specialist}, {slots.told(start_at)}.",
        ticket_id=ticket.ticket_id,
        client_id=number,
        psychologist_name=specialist,
        slot_time=slots.text(start_at),
    )


def _book_or_ask(tx: storage.Transaction, ticket: Ticket, known: Known, held: Sequence[SlotRef], busy: Collection[str]) -> LinkAnswer:
    ahead = [slot for slot in held if slot.start_at > clock.now()]
    first = next((slot for slot in ahead if slot.slot_id not in busy), None)
    for slot in ahead:
        if slot is not first:
            slots.release_hold(tx, slot, contour=ticket.contour, ticket_id=ticket.ticket_id)
    if first is None:
        return _ask_admin(tx, ticket, known, [slot for slot in ahead if slot.slot_id in busy])
    owner = Owner(ticket.contour, ticket.ticket_id, ids.new(), known.client_id, known.lead_number, ticket.name)
    sessions.book_in(tx, first, owner, cause="link_followed")
    return _booked(ticket, known.lead_number, first.specialist_name, first.start_at)


def _ask_admin(tx: storage.Transaction, ticket: Ticket, known: Known, busy: Sequence[SlotRef]) -> LinkAnswer:
    """Nothing chosen still stands, or the client has sessions at those times: a person takes over, with the ticket before him."""
    matches = [f"{number}. {match['psychologist']}: {', '.join(match['reasons'])}" for number, match in enumerate(ticket.matches or [], 1)]
    values = {"lead_number": known.lead_number, "client_name": ticket.name, "contact": ticket.contact, "request_text": ticket.request_text}
    about = messaging.About("link_followed", ticket.contour, ticket.ticket_id)
    his = ", ".join(slots.text(slot.start_at) for slot in busy)
    messaging.tell_admin(tx, "admin_choose_slot", about, {**values, "matches": matches, "busy": his})
    messaging.say(tx, messaging.client(known.client_id), "client_wait_for_admin", about, {"client_name": ticket.name, "busy": his})
    elsewhere = "В выбранное время у вас уже есть другая сессия. " if busy else ""
    return LinkAnswer(
        message=f"{elsewhere}Заявка получена, администратор подберёт время и напишет вам.",
        ticket_id=ticket.ticket_id,
        client_id=known.lead_number,
        psychologist_name=None,
        slot_time=None,
    )

"""Following a link: who presses Start becomes the ticket's person, and his first standing slot becomes a session."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Owner
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import SlotRef, SlotTaken
from chalicelib.clients import service as clients
from chalicelib.clients.service import Identity, IdentityRaced, Known, Person, TelegramDiffers
from chalicelib.core import clock, ids, storage
from chalicelib.core.schemas import CONTOURS
from chalicelib.intake.links.schemas import LinkAnswer
from chalicelib.intake.tickets import repository
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.errors import LinkTaken, TicketNotFound, TicketRaced
from chalicelib.intake.tickets.models import Ticket
from chalicelib.messaging import service as messaging

Completion = Callable[[storage.Transaction, LinkAnswer], None]


def follow(person: Person, ticket_id: str, complete: Completion = lambda tx, answer: None) -> LinkAnswer:
    """Bind a Telegram user to a ticket and book what still stands; a repeat gets the same answer.

    `complete` adds the door's own writes to the transaction. Raises TicketNotFound, or LinkTaken for another account.
    """
    lost: set[str] = set()
    own_person = False
    while True:
        try:
            return _follow(person, ticket_id, complete, lost, own_person)
        except SlotTaken as taken:
            lost.add(taken.detail["slot_id"])
        except TelegramDiffers:
            own_person = True


@storage.again(IdentityRaced, TicketRaced)
def _follow(person: Person, ticket_id: str, complete: Completion, lost: set[str], own_person: bool) -> LinkAnswer:
    keys = {contour: clients.keys(person, contour) for contour in CONTOURS}
    ticket, *rows = storage.read(Ticket.at(ticket_id), *keys["live"], *keys["test"])
    if ticket is None:
        raise TicketNotFound
    if ticket.followed_by:
        return _again(ticket, person, complete)
    half = len(keys["live"])
    identities = rows[:half] if ticket.contour == "live" else rows[half:]
    tx = storage.Transaction()
    known = _whose(tx, ticket, person, identities, own_person)
    answer = _book_or_ask(tx, ticket, known, [slot for slot in tickets.held_by(ticket) if slot.slot_id not in lost])
    _bind(tx, ticket, person, known, answer)
    complete(tx, answer)
    tx.commit()
    return answer


def _again(ticket: Ticket, person: Person, complete: Completion) -> LinkAnswer:
    """The same account gets its answer again; another one is flagged, once, and never rebound."""
    tx = storage.Transaction()
    if ticket.followed_by == person.telegram_id:
        answer = LinkAnswer.model_validate_json(ticket.link_answer)
        complete(tx, answer)
        tx.commit()
        return answer
    if person.telegram_id not in (ticket.other_accounts or set()):
        fresh = Ticket.other_accounts.does_not_exist() | ~Ticket.other_accounts.contains(person.telegram_id)
        repository.change(tx, ticket, [Ticket.other_accounts.add({person.telegram_id})], condition=fresh)
        about = messaging.About("link_followed_by_another", ticket.contour, ticket.ticket_id)
        values = {"lead_number": ticket.lead_number, "client_name": ticket.name, "account": _account(person)}
        messaging.tell_admin(tx, "admin_other_account", about, values)
        tx.commit()
    raise LinkTaken


def _account(person: Person) -> str:
    return f"@{person.telegram_username}" if person.telegram_username else str(person.telegram_id)


def _whose(tx: storage.Transaction, ticket: Ticket, person: Person, identities: Sequence[Identity | None], own_person: bool) -> Known:
    """The client behind the Telegram account: the one it already is, else the ticket's, else (his Telegram differs) a new one."""
    owner = next((row for row in identities[:1] if row), None)
    if owner is None and not own_person:
        return clients.attach_telegram(
            tx, client_id=ticket.client_id, number=ticket.lead_number, person=person, rows=identities, contour=ticket.contour
        )
    new_id = ids.derived(ticket.ticket_id, "client", str(person.telegram_id), at=ticket.created_at)
    if owner is None:  # a name that the ticket's client bears must not make this stranger him again
        person, identities = replace(person, telegram_username=None), identities[:1]
    known = clients.find_or_create(tx, person=person, rows=identities, contour=ticket.contour, new_id=new_id, source="bot")
    if known.client_id != ticket.client_id:
        clients.flag_pair(tx, known, ticket.client_id)
        tickets.tell_duplicates(tx, ticket, known, ticket.lead_number)
    return known


def _book_or_ask(tx: storage.Transaction, ticket: Ticket, known: Known, held: Sequence[SlotRef]) -> LinkAnswer:
    ahead = [slot for slot in held if slot.start_at > clock.now()]
    if not ahead:
        return _ask_admin(tx, ticket, known)
    first, *others = ahead
    owner = Owner(ticket.contour, ticket.ticket_id, ids.new(), known.client_id, known.lead_number, ticket.name)
    sessions.book_in(tx, first, owner, cause="link_followed")
    for slot in others:
        slots.release_hold(tx, slot, contour=ticket.contour, ticket_id=ticket.ticket_id)
    text = slots.text(first.start_at)
    return LinkAnswer(
        message=f"Вы записаны: {first.specialist_name}, {slots.told(first.start_at)}.",
        ticket_id=ticket.ticket_id,
        client_id=known.lead_number,
        psychologist_name=first.specialist_name,
        slot_time=text,
    )


def _ask_admin(tx: storage.Transaction, ticket: Ticket, known: Known) -> LinkAnswer:
    """Nothing chosen still stands: a person takes over, with the ticket and its matches before him."""
    matches = [f"{number}. {match['psychologist']}: {', '.join(match['reasons'])}" for number, match in enumerate(ticket.matches or [], 1)]
    values = {"lead_number": known.lead_number, "client_name": ticket.name, "contact": ticket.contact, "request_text": ticket.request_text}
    about = messaging.About("link_followed", ticket.contour, ticket.ticket_id)
    messaging.tell_admin(tx, "admin_choose_slot", about, {**values, "matches": matches})
    messaging.say(tx, messaging.client(known.client_id), "client_wait_for_admin", about, {"client_name": ticket.name})
    return LinkAnswer(
        message="Заявка получена, администратор подберёт время и напишет вам.",
        ticket_id=ticket.ticket_id,
        client_id=known.lead_number,
        psychologist_name=None,
        slot_time=None,
    )


def _bind(tx: storage.Transaction, ticket: Ticket, person: Person, known: Known, answer: LinkAnswer) -> None:
    actions = [
        Ticket.followed_by.set(str(person.telegram_id)),
        Ticket.followed_at.set(clock.now()),
        Ticket.awaiting_in.remove(),
        Ticket.status.set("linked"),
        Ticket.client_id.set(known.client_id),
        Ticket.lead_number.set(known.lead_number),
        Ticket.link_answer.set(answer.model_dump_json()),
    ]
    repository.change(tx, ticket, actions, condition=Ticket.followed_by.does_not_exist() & (Ticket.status == ticket.status))

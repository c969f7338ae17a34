"""Tickets: made with their client in one transaction, told about in the contract's shapes."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session, SessionNotFound
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot, SlotRef
from chalicelib.clients import service as clients
from chalicelib.clients.merging import service as merging
from chalicelib.clients.service import Known, Person
from chalicelib.core import clock, facts, storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.security import Caller
from chalicelib.core.settings import settings
from chalicelib.core.turns import Part
from chalicelib.intake.tickets import facts as told
from chalicelib.intake.tickets import repository, rules
from chalicelib.intake.tickets.errors import TicketNotFound
from chalicelib.intake.tickets.models import Ticket
from chalicelib.intake.tickets.repository import help_due, plan_help, waiting_for_help
from chalicelib.intake.tickets.schemas import TicketAnswer, TicketQuery, TicketRow, TicketView
from chalicelib.messaging import service as messaging

__all__ = ["Ticket", "TicketNotFound", "help_due", "plan_help", "waiting_for_help"]


FIRST_ASKED = timedelta(days=7)
"""How long a helping-hand application waits before it is asked about."""


def link_of(ticket_id: str) -> str:
    """The deep link that opens the bot with this ticket."""
    return f"https://t.me/{settings().telegram_bot_name}?start={ticket_id}"


def open_in(
    tx: storage.Transaction,
    ticket: Ticket,
    *,
    known: Known,
    person: Person,
    with_link: bool = True,
    budget: int | None = None,
    price: int | None = None,
) -> Ticket:
    """Add a ticket of a client, with what `person` said of himself; one with a link waits to be followed.

    `budget` and `price` are the fact's: what he can pay, and the lowest price of what he asked for, in kopecks.
    """
    ticket.created_at = ticket.updated_at = clock.wall()
    _said_by(ticket, known, person)
    if with_link:
        ticket.link, ticket.awaiting_in, ticket.link_created_at = link_of(ticket.ticket_id), ticket.contour, clock.now()
    ticket.day_in = facts.day_key(ticket.contour, ticket.created_at, ticket.ticket_id)
    tx.create(ticket)
    told.opened(tx, ticket, budget=budget, price=price)
    return ticket


def _said_by(ticket: Ticket, known: Known, person: Person) -> None:
    """Whose a ticket is, and what he said of himself."""
    ticket.client_id, ticket.lead_number = known.client_id, known.lead_number
    ticket.name, ticket.phone, ticket.email = person.name, person.phone, person.email
    ticket.telegram = person.telegram_username or person.telegram_id or person.telegram_typed
    ticket.contact = "; ".join(person.raw_contacts) or None
    ticket.utm, ticket.consents = dict(person.utm) or None, [list(said) for said in person.consents] or None
    ticket.age, ticket.timezone, ticket.alarm = person.age, person.timezone, person.alarm
    ticket.tie, ticket.made_signs = known.tie, set(known.signs) or None
    ticket.answers = rules.kept_answers(ticket.answers or {}) or None


def amend_in(tx: storage.Transaction, ticket: Ticket, *, known: Known, person: Person, standing: Ticket) -> Ticket:
    """Write what was said anew over a `standing` ticket whose link nobody has followed.

    The commit raises TicketRaced where somebody just has, or where it is of another kind by now.
    """
    _said_by(ticket, known, person)
    repository.amend(tx, ticket, kind=standing.kind)
    told.amended(tx, ticket, standing)
    return ticket


def said_in(ticket: Ticket) -> Person:
    """What a ticket's form said of its person, for whoever proves to be him."""
    return replace(
        clients.card_of(ticket),
        raw_contacts=tuple(ticket.contact.split("; ")) if ticket.contact else (),
        consents=tuple((str(purpose), bool(given), str(version)) for purpose, given, version in ticket.consents or ()),
        utm=ticket.utm or {},
        alarm=ticket.alarm,
    )


def tell_duplicates(tx: storage.Transaction, ticket: Ticket, known: Known) -> None:
    """Tell the admin where a ticket's client may be somebody we know already."""
    messaging.tell_duplicates(tx, known, ticket.name, messaging.About("duplicates_found", ticket.contour, ticket.ticket_id))


def pack(slot: SlotRef) -> dict[str, Any]:
    """A slot as a ticket remembers it."""
    return {
        "slot_id": slot.slot_id,
        "specialist_id": slot.specialist_id,
        "specialist_name": slot.specialist_name,
        "start_at": slot.start_at.isoformat(),
        "minutes": slot.minutes,
    }


def held_by(ticket: Ticket) -> list[SlotRef]:
    """The slots that were held for a ticket, in the client's order; whether they still are is the slots' to say."""
    return [SlotRef(**{**packed, "start_at": datetime.fromisoformat(packed["start_at"])}) for packed in ticket.held or []]


def info(query: TicketQuery, caller: Caller) -> TicketAnswer | TicketRow:
    """One ticket, in the shape the query asks for. Raises TicketNotFound, also for somebody else's and for one that is long over."""
    ticket = _asked_for(query.ticket_id, caller) if query.ticket_id else _linked(query, caller)
    session = _session(ticket.ticket_id)
    if caller.kind == "public" and rules.is_over(ticket.created_at, session.end_at if session else None, clock.now()):
        raise TicketNotFound
    shown = _shown(ticket, session) | (_masked(ticket) if caller.kind == "public" else _whole(ticket))
    if query.ticket_id:
        return TicketAnswer(ticket=TicketView(**shown))
    if caller.kind != "public":
        return TicketRow(**shown, link_id=ticket.ticket_id, link=ticket.link, utm=ticket.utm or {})
    named = ticket.lead_number if (query.client_id or "").casefold() == ticket.lead_number else None  # he knows it already
    return TicketRow(**{**shown, "client_id": named}, link_id=ticket.ticket_id, link=ticket.link, utm={})


def _asked_for(ticket_id: str, caller: Caller) -> Ticket:
    """A ticket, for whoever may see it: to another client it does not exist."""
    ticket = repository.get(ticket_id)
    if not clients.belongs(caller, client_id=ticket.client_id, contour=ticket.contour, proven=ticket.is_proven):
        raise TicketNotFound
    return ticket


def _linked(query: TicketQuery, caller: Caller) -> Ticket:
    """By our own id, which is a secret; or, for the back office, by the number a form made up."""
    (ticket,) = storage.read(Ticket.at(query.link_id or ""))
    if ticket is None and caller.kind == "service":
        owned = repository.of_client(clients.find(query.client_id or "").client_id, limit=50)
        ticket = next((row for row in owned if row.form_ticket_id == query.link_id), None)
    if ticket is None or (query.client_id or "").casefold() not in (ticket.lead_number, ticket.client_id.casefold()):
        raise TicketNotFound
    if not clients.belongs(caller, client_id=ticket.client_id, contour=ticket.contour, proven=ticket.is_proven):
        raise TicketNotFound
    return ticket


def _shown(ticket: Ticket, session: Session | None) -> dict[str, Any]:
    return {
        "id": ticket.ticket_id,
        "price": ticket.price,
        "status": session.status if session else ticket.status,
        "created_at": utc_text(ticket.created_at),
        "updated_at": utc_text(max(ticket.updated_at, session.updated_at) if session else ticket.updated_at),
        "psychologist_name": session.specialist_name if session else None,
        "slot_time": slots.text(session.start_at) if session else None,
        "held_slots": [] if session else [slots.view(slot) for slot in still_held(ticket)],
    }


def _whole(ticket: Ticket) -> dict[str, Any]:
    """Who asks for what, as the back office and the client himself read it."""
    return {
        "client_id": ticket.lead_number,
        "client_name": ticket.name,
        "client_phone": ticket.phone,
        "client_telegram": ticket.telegram,
        "client_email": ticket.email,
        "request_text": ticket.request_text,
        "matches": ticket.matches or [],
    }


def _masked(ticket: Ticket) -> dict[str, Any]:
    """The same as a stranger may read it who was shown the id: enough for its owner to know it for his."""
    return {
        "client_id": None,
        "client_name": rules.initial(ticket.name),
        "client_phone": rules.masked_phone(ticket.phone),
        "client_telegram": rules.masked(ticket.telegram),
        "client_email": rules.masked_email(ticket.email),
        "request_text": None,
    }


def _session(ticket_id: str) -> Session | None:
    try:
        return sessions.current(ticket_id)
    except SessionNotFound:
        return None


def still_held(ticket: Ticket) -> list[Slot]:
    """The slots that were held for a ticket and that it may still take."""
    rows = storage.read(*(Slot.at(slot.slot_id) for slot in held_by(ticket)))
    return [row for row in rows if row is not None and row.ticket_id == ticket.ticket_id and slots.is_free(row, ticket.ticket_id)]


def unfollowed(contour: str, until: datetime) -> Part:
    """Tickets whose link was made by then, was not followed, and of which the admin was not told."""
    return repository.unfollowed(contour, until)


def report_unfollowed_in(tx: storage.Transaction, ticket: Ticket) -> None:
    """Tell the admin, once, that nobody followed a ticket's link. The commit raises TicketRaced when somebody just did."""
    repository.change(
        tx, ticket, [Ticket.awaiting_in.remove()], condition=Ticket.awaiting_in.exists() & Ticket.followed_by.does_not_exist()
    )
    values = {"lead_number": ticket.lead_number, "client_name": ticket.name, "contact": ticket.contact, "link": ticket.link}
    messaging.tell_admin(tx, "admin_link_not_followed", messaging.About("link_not_followed", ticket.contour, ticket.ticket_id), values)


def asked_in(tx: storage.Transaction, ticket: Ticket, stage: int, *, next_at: datetime | None) -> None:
    """Note that a waiting application was asked about; the commit raises TicketRaced when another tick was faster."""
    actions = [Ticket.help_stage.set(stage), repository.help_at(next_at)]
    repository.change(tx, ticket, actions, condition=repository.waiting_at(ticket))


def stop_waiting_in(tx: storage.Transaction, ticket: Ticket, *, status: str, stage: int | None = None) -> None:
    """The application waits no longer: a specialist was found, or not, or the client closed it."""
    done = [Ticket.help_stage.set(stage)] if stage else []
    actions = [Ticket.helping_in.remove(), Ticket.help_due_at.remove(), Ticket.status.set(status), *done]
    repository.change(tx, ticket, actions, condition=repository.waiting_at(ticket))


def get(ticket_id: str) -> Ticket:
    """One ticket. Raises TicketNotFound."""
    return repository.get(ticket_id)


def pass_on(source: str, known: Known, *, limit: int) -> int:
    """Give a merged client's tickets to whom he became, `limit` at most; how many were found."""
    rows = repository.named(source, limit)
    for ticket in storage.whole(rows):
        if ticket.was_client:
            merging.carry(ticket.was_client, known)
        repository.pass_on(ticket, known)
    return len(rows)


def played(ticket_id: str, until: datetime) -> None:
    """Note how far the time machine has played a test ticket."""
    storage.change(Ticket.row(ticket_id), [Ticket.played_until.set(until)])

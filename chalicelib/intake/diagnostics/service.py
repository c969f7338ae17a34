"""Diagnostic sessions: a request becomes a ticket, a chosen slot becomes its session, kept until it is paid."""

from datetime import timedelta
from typing import Any

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.rules import is_live
from chalicelib.booking.sessions.service import Owner, Session, SessionRaced
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot, SlotNotFound, SlotPast, SlotTaken
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.service import Wishes
from chalicelib.clients import service as clients
from chalicelib.clients.service import IdentityRaced, Known, Person, Proof
from chalicelib.core import clock, ids, storage
from chalicelib.core.inbox import Receipt
from chalicelib.core.schemas import Contour, utc_text
from chalicelib.core.settings import settings
from chalicelib.intake.diagnostics.errors import WrongSpecialist
from chalicelib.intake.diagnostics.schemas import DiagnosticBooked, DiagnosticBooking, DiagnosticRequest, DiagnosticTicket
from chalicelib.intake.limits.service import FootprintRaced, Footprints
from chalicelib.intake.tickets import repository as ticket_rows
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.errors import TicketRaced
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging
from chalicelib.safety import service as safety

SOURCE = "diagnostics"
KIND = "diagnostic"
OPEN_FOR = timedelta(days=30)
"""How long a request waits for its session; later a booking is a new matter."""


@storage.again(IdentityRaced, FootprintRaced, times=8)
def request(body: DiagnosticRequest, *, contour: Contour, receipt: Receipt) -> DiagnosticTicket:
    """Make the client and his diagnostic ticket; the admin is told. Raises TooManyForms."""
    person = clients.person_from(
        phone=body.client_phone, email=body.client_email, telegram=body.client_telegram, name=body.client_name, utm=body.utm
    )
    person = safety.screened(person, body.model_dump())
    prints, rows = _seen(person, contour, receipt)
    tx, ticket_id = storage.Transaction(), receipt.new_id("ticket")
    known = clients.find_or_note(
        tx,
        person=person,
        rows=rows,
        contour=contour,
        new_id=receipt.new_id("client"),
        source="diagnostic",
        proof=Proof.TYPED,
        made_by=ticket_id,
    )
    ticket = Ticket(
        ticket_id=ticket_id, contour=contour, kind=KIND, request_text=body.request_text, answers=body.model_dump(exclude_none=True)
    )
    tickets.open_in(tx, ticket, known=known, person=person)
    _tell_admin(tx, ticket, known, person)
    answer = DiagnosticTicket(message="Заявка на диагностическую сессию принята.", ticket_id=ticket_id)
    receipt.complete(tx, answer)
    prints.leave(tx)
    tx.commit()
    return answer


def _tell_admin(tx: storage.Transaction, ticket: Ticket, known: Known, person: Person) -> None:
    """What was asked for and by whom; that he may be somebody we know; words that a person must look at first."""
    values = {"lead_number": known.lead_number, "client_name": person.name, "contact": ticket.contact, "request_text": ticket.request_text}
    about = messaging.About("diagnostic_requested", ticket.contour, ticket.ticket_id)
    messaging.tell_admin(tx, "admin_diagnostic_request", about, {**values, "link": ticket.link})
    safety.alert_of_form_in(tx, known, person, contour=ticket.contour, ticket_id=ticket.ticket_id)
    tickets.tell_duplicates(tx, ticket, known)


def _seen(person: Person, contour: Contour, receipt: Receipt) -> tuple[Footprints, list[Any]]:
    """What the sender's address did lately, and the rows of the person's signs: one read. Raises TooManyForms."""
    prints, keys = Footprints.of(receipt.sender), clients.keys(person, contour)
    rows = storage.read(*keys, *prints.keys)
    prints.seen(rows[len(keys) :])
    return prints, rows[: len(keys)]


@storage.again(IdentityRaced, SessionRaced)
def process(body: DiagnosticBooking, contour: Contour) -> DiagnosticBooked:
    """Book the slot for a client: paid → confirmed; payment pending → his until it is due. A repeat gets the same answer."""
    keys = clients.reference_keys(body.client_id, contour)
    *rows, slot = storage.read(*keys, Slot.at(body.slot_id))
    known = clients.by_reference(rows)
    _check(slot, body, contour)
    if slot.session_id and slot.client_id == known.client_id:
        return _paid_or_same(slot, body)
    if slot.start_at <= clock.now():
        raise SlotPast({"slot_time": slots.text(slot.start_at)})
    if not slots.is_free(slot):
        raise _taken(slot, contour)
    try:
        return _booked(body, known, slot, contour)
    except SlotTaken as taken:
        raise SessionRaced from taken  # somebody was faster a moment ago: look again, it may be this very request


def _check(slot: Slot | None, body: DiagnosticBooking, contour: Contour) -> None:
    if slot is None or slot.contour != contour or slot.state == "deleted":
        raise SlotNotFound
    if slot.specialist_id != body.psychologist_id:
        raise WrongSpecialist({"psychologist_id": slot.specialist_id})


def _booked(body: DiagnosticBooking, known: Known, slot: Slot, contour: Contour) -> DiagnosticBooked:
    """Book under the ticket that waits for a session, or under a new one where it got its session meanwhile."""
    try:
        return _book(body, known, slot, contour, anew=False)
    except TicketRaced:
        return _book(body, known, slot, contour, anew=True)


def _book(body: DiagnosticBooking, known: Known, slot: Slot, contour: Contour, *, anew: bool) -> DiagnosticBooked:
    tx = storage.Transaction()
    ticket = _ticket(tx, known, contour, anew=anew)
    paid = body.payment_info.status == "completed"
    due_at = None if paid else clock.now() + timedelta(minutes=settings().payment_minutes)
    session = sessions.book_in(
        tx,
        slots.ref(slot),
        Owner(contour, ticket.ticket_id, ids.new(), known.client_id, known.lead_number, ticket.name),
        cause="diagnostic_booked",
        paid=paid,
        payment_due_at=due_at,
        amount=_kopecks(body),
        seen=slot,
        force=body.force,
    )
    tx.commit()
    return _answer(session)


def _ticket(tx: storage.Transaction, known: Known, contour: Contour, *, anew: bool) -> Ticket:
    """The client's diagnostic ticket that has had no session yet, or (`anew` at once) a new one: a ticket names one session."""
    for ticket in () if anew else ticket_rows.named(known.client_id, limit=5):
        if ticket.kind == KIND and ticket.tie != "typed" and not ticket.booked_at and ticket.created_at > clock.now() - OPEN_FOR:
            ticket_rows.mark_booked(tx, ticket)
            return ticket
    ticket = Ticket(ticket_id=ids.new(), contour=contour, kind=KIND, booked_at=clock.wall())
    return tickets.open_in(tx, ticket, known=known, person=Person(), with_link=False)


def _paid_or_same(slot: Slot, body: DiagnosticBooking) -> DiagnosticBooked:
    """The client's own slot: a payment that has come confirms it, or is noted of what stands confirmed; anything else is a repeat."""
    (session,) = storage.read(sessions.by_key(slot.ticket_id, slot.session_id))
    if not is_live(session.status):
        raise SlotPast({"slot_time": slots.text(session.start_at)})
    tx = storage.Transaction()
    if body.payment_info.status == "completed" and sessions.pay_in(tx, session, _kopecks(body)):
        tx.commit()
        session.status, session.payment_due_at = "confirmed", None
    return _answer(session)


def _kopecks(body: DiagnosticBooking) -> int:
    return round(body.payment_info.amount * 100)


def _answer(session: Session) -> DiagnosticBooked:
    due = session.payment_due_at
    told = slots.told(session.start_at)
    said = f"Сессия подтверждена: {told}." if session.status == "confirmed" else f"Время {told} сохранено за вами до оплаты."
    return DiagnosticBooked(
        message=said,
        ticket_id=session.ticket_id,
        session_id=session.session_id,
        status=session.status,
        psychologist_name=session.specialist_name,
        slot_time=slots.text(session.start_at),
        payment_due_at=utc_text(due) if due else None,
    )


def _taken(slot: Slot, contour: Contour) -> SlotTaken:
    """The refusal with what is free instead, best first: the same hour with others, then other hours."""
    free = (
        [*slots.free_at(contour, [slot.start_at]), *slots.next_free(contour, 50)]
        if slot.start_at > clock.now()
        else slots.next_free(contour, 50)
    )
    order = {
        match.candidate.specialist_id: place
        for place, match in enumerate(specialists.ranked(specialists.candidates(contour), Wishes(), {}))
    }
    unique = {row.slot_id: row for row in free if row.specialist_id in order}
    best = sorted(unique.values(), key=lambda row: (row.start_at != slot.start_at, order[row.specialist_id], row.start_at))[:5]
    return SlotTaken({"alternatives": [slots.view(row).model_dump() for row in best]})

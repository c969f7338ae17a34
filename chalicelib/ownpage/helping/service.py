"""Whom the helping hand has found nobody for: told without a name, and taken by one specialist only."""

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Owner
from chalicelib.booking.slots import own
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot, SlotPast, SlotTaken
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import clock, ids, storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.sender import mark
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.errors import TicketRaced
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging
from chalicelib.ownpage.helping.errors import HelpNotFound, HelpTaken
from chalicelib.ownpage.helping.schemas import Confirmation, Confirmed, Waiting, WaitingList
from chalicelib.ownpage.week import rules

PRICES = ("categoryType", "customCategory", "amountExpectations")
"""Where a form says what its person can pay."""


def waiting(her: Specialist) -> WaitingList:
    """The hundred who have waited longest and can be told of it; nobody who has turned her down."""
    return WaitingList([_view(her, ticket) for ticket in _waiting(her)])


def _waiting(her: Specialist) -> list[Ticket]:
    """Whom a form merely named is nobody's to book: his ticket is offered once he has followed its link."""
    found = storage.whole(tickets.waiting_for_help(her.contour).page(None).rows)
    return [row for row in found if row.helping_in and row.is_proven and her.specialist_id not in (row.rejected_specialists or {})]


def _view(her: Specialist, ticket: Ticket) -> Waiting:
    said = ticket.answers or {}
    return Waiting(
        ticket_id=_token(her, ticket.ticket_id),
        age=ticket.age,
        queries=rules.words(said)["Запросы психологу"],
        price=next((str(said[name])[:60] for name in PRICES if said.get(name)), None),
        created_at=utc_text(ticket.created_at),
    )


def _token(her: Specialist, ticket_id: str) -> str:
    """A ticket's own id opens it for whoever shows it, so she is told another name, good for her alone."""
    return mark("help-ticket", f"{her.specialist_id}\x1f{ticket_id}") or ""


def confirm(her: Specialist, body: Confirmation) -> Confirmed:
    """Book who waits into a free slot of hers; of two specialists one has him.

    Raises HelpNotFound, HelpTaken, SlotNotFound, SlotPast, SlotTaken, or ClientBusy where he has another session then.
    """
    try:
        return _confirm(her, body)
    except TicketRaced:
        raise HelpTaken from None


def _confirm(her: Specialist, body: Confirmation) -> Confirmed:
    ticket = next((row for row in _waiting(her) if _token(her, row.ticket_id) == body.ticket_id), None)
    if ticket is None:
        raise HelpNotFound
    slot = own.find(her, body.slot, "body", "slot")
    _must_be_free(slot)
    tx = storage.Transaction()
    tickets.stop_waiting_in(tx, ticket, status="matched")
    owner = Owner(ticket.contour, ticket.ticket_id, ids.new(), ticket.client_id, ticket.lead_number, ticket.name)
    sessions.book_in(tx, slots.ref(slot), owner, cause="help_hand_confirmed", seen=slot)
    _tell(tx, her, ticket, slot)
    tx.commit()
    return Confirmed()


def _must_be_free(slot: Slot) -> None:
    if slot.start_at <= clock.now():
        raise SlotPast({"slot_time": slots.text(slot.start_at)})
    if not slots.is_free(slot):
        raise SlotTaken({"slot_id": slot.slot_id})


def _tell(tx: storage.Transaction, her: Specialist, ticket: Ticket, slot: Slot) -> None:
    values = {"client_name": ticket.name, "lead_number": ticket.lead_number, "specialist_name": her.name}
    values |= {"start_at": slot.start_at.isoformat()}
    about = messaging.About("help_hand_confirmed", ticket.contour, ticket.ticket_id)
    messaging.tell_admin(tx, "admin_help_matched", about, values)

"""A time is chosen for a helping-hand application: who proves that it is his books it; by the form's number it is held, once.

A number is guessed in no time. So what it holds is nobody's session before the client says so in the bot, and nothing of him is told.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Owner, Session, SessionNotFound
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot, SlotRef, SlotTaken
from chalicelib.clients import service as clients
from chalicelib.core import clock, ids, page_token, storage, tally
from chalicelib.core.schemas import utc_text
from chalicelib.core.security import Caller
from chalicelib.core.sender import Sender
from chalicelib.core.settings import settings
from chalicelib.intake.applications import choice as choosing
from chalicelib.intake.helping import repository, telling, wanted, way
from chalicelib.intake.helping.errors import ChosenBefore, NumberAmbiguous, TooManyHolds
from chalicelib.intake.helping.schemas import Allotment, HelpChoice, HelpChosen, NumberAnswer
from chalicelib.intake.helping.way import Way
from chalicelib.intake.tickets import rules
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.errors import TicketNotFound, TicketRaced
from chalicelib.intake.tickets.schemas import TicketAnswer, TicketQuery, TicketRow
from chalicelib.intake.tickets.service import Ticket

LIVE = "live"
SHOWN = 5


def allotment(said: str) -> Allotment:
    """Whether a time may be chosen for an application; for a number that means none, or two, it may not. Raises BadToken."""
    try:
        return Allotment(is_allowed=way.find(said).is_open)
    except (TicketNotFound, NumberAmbiguous):
        return Allotment(is_allowed=False)


def choose(body: HelpChoice, sender: Sender) -> HelpChosen:
    """Book or hold the first of the wanted times that is free; the same again gets the same answer.

    Raises BadToken, TicketNotFound, NumberAmbiguous, ChosenBefore, SlotTaken, ClientBusy or TooManyHolds.
    """
    lost: set[str] = set()
    while True:
        try:
            return _choose(body, sender, lost)
        except SlotTaken as taken:  # somebody was faster: the next of those that were chosen, while there is one
            if "slot_id" not in taken.detail:
                raise
            lost.add(taken.detail["slot_id"])


@storage.again(TicketRaced)
def _choose(body: HelpChoice, sender: Sender, lost: Collection[str]) -> HelpChosen:
    found, meant = way.find(body.ticket_id), wanted.slots_of(body)
    if standing := _standing(found, {slot.slot_id for slot in meant}, body.ticket_id):
        return standing
    if not found.is_open:
        raise ChosenBefore
    ticket_id = found.ticket.ticket_id if found.proven else None
    slot = next((one for one in meant if one.slot_id not in lost and slots.is_free(one, ticket_id)), None)
    if slot is None:
        raise SlotTaken({"alternatives": [slots.view(one).model_dump() for one in _instead(meant)]})
    return _book(found.ticket, slot, lost) if found.proven else _hold(found.ticket, slot, body.ticket_id, sender)


def _instead(meant: list[Slot]) -> list[Slot]:
    return slots.free_of_specialist(meant[0].specialist_id, limit=SHOWN) if meant else slots.next_free(LIVE, SHOWN)


def _standing(found: Way, meant: Collection[str], said: str) -> HelpChosen | None:
    """The answer to the same choice again: its session or its hold, while they stand."""
    ticket = found.ticket
    if found.proven and ticket.booked_at:
        session = _session(ticket)
        stands = session is not None and session.live_in and session.slot_id in meant
        return _booked(session) if session is not None and stands else None
    if found.proven or not ticket.held or ticket.booked_at:
        return None
    held = next((slot for slot in tickets.still_held(ticket) if slot.slot_id in meant and slot.state == "held"), None)
    return _held(ticket, held, held.hold_until, said) if held is not None and held.hold_until > clock.now() else None


def _session(ticket: Ticket) -> Session | None:
    try:
        return sessions.current(ticket.ticket_id)
    except SessionNotFound:
        return None


def _book(ticket: Ticket, slot: Slot, lost: Collection[str]) -> HelpChosen:
    tx = storage.Transaction()
    session = book_in(tx, ticket, slot, cause="help_page", lost=lost)
    tx.commit()
    return _booked(session)


def book_in(tx: storage.Transaction, ticket: Ticket, slot: Slot, *, cause: str, lost: Collection[str] = ()) -> Session:
    """Give an application's client a slot, and its other holds back. The commit raises SlotTaken, ClientBusy or TicketRaced."""
    for other in tickets.still_held(ticket) if ticket.held else ():
        if other.state == "held" and other.slot_id != slot.slot_id and other.slot_id not in lost:
            slots.release_hold(tx, slots.ref(other), contour=LIVE, ticket_id=ticket.ticket_id)
    owner = Owner(LIVE, ticket.ticket_id, ids.new(), ticket.client_id, ticket.lead_number, ticket.name)
    session = sessions.book_in(tx, slots.ref(slot), owner, cause=cause, seen=slot)
    repository.match(tx, ticket)
    return session


def _booked(session: Session) -> HelpChosen:
    when = slots.told(session.start_at)
    return HelpChosen(
        message=f"Вы записаны: {session.specialist_name}, {when}.",
        status="booked",
        slot=slots.view(SlotRef(session.slot_id, session.specialist_id, session.specialist_name, session.start_at, int(session.minutes))),
        held_until=None,
        link=None,
    )


def _hold(ticket: Ticket, slot: Slot, said: str, sender: Sender) -> HelpChosen:
    now, tx = clock.now(), storage.Transaction()
    until = now + timedelta(minutes=settings().hold_minutes)
    choosing.hold_in(tx, slot, ticket_id=ticket.ticket_id, until=until)
    repository.hold(tx, ticket, [tickets.pack(slots.ref(slot))])
    if sender.address and not sender.is_proven:
        full = TooManyHolds(3600 - now.minute * 60 - now.second)
        tally.add_in(tx, "help-hold", f"{now:%Y-%m-%dT%H}", sender.address, most=settings().holds_an_address, otherwise=full)
    telling.held(tx, ticket, slot, until)
    tx.commit()
    return _held(ticket, slot, until, said)


def _held(ticket: Ticket, slot: Slot, until: datetime, said: str) -> HelpChosen:
    """Who is in the bot already has been written to; who is not goes there by the number that he has, for ours is no business of his."""
    link = None if ticket.is_proven else tickets.link_of(said)
    words = "Время сохранено за вами: подтвердите его в боте."
    return HelpChosen(message=words, status="held", slot=slots.view(slot), held_until=utc_text(until), link=link)


def confirm_in(tx: storage.Transaction, ticket: Ticket) -> str:
    """The client's word in the bot that the held time is his; words for him."""
    ahead = [slot for slot in tickets.still_held(ticket) if slot.state == "held" and slot.start_at > clock.now()]
    if ticket.booked_at or not ticket.helping_in or not ahead:
        return "Это время уже свободно для других или занято. Выберите, пожалуйста, другое."
    session = book_in(tx, ticket, ahead[0], cause="help_confirmed")
    return f"Вы записаны: {session.specialist_name}, {slots.told(session.start_at)}."


def info(query: TicketQuery, caller: Caller) -> TicketAnswer | TicketRow | NumberAnswer:
    """One ticket as it is asked for: by a page's token as by its bare id, by a form's number price and status.

    Raises TicketNotFound, or NumberAmbiguous for a number that two applications of these days bear.
    """
    if query.ticket_id and page_token.is_one(query.ticket_id):
        return tickets.info(TicketQuery(ticket_id=way.by_page(query.ticket_id).ticket_id), Caller("public"))
    try:
        return tickets.info(query, caller)
    except TicketNotFound:
        if not query.ticket_id:
            raise
        return _by_number(query.ticket_id, caller)


def _by_number(number: str, caller: Caller) -> TicketAnswer | TicketRow | NumberAnswer:
    found = way.bearers(number)
    if caller.kind == "client":
        found = [one for one in found if clients.belongs(caller, client_id=one.client_id, contour=LIVE, proven=one.is_proven)]
    if not found or rules.is_over(found[0].created_at, None, clock.now()):
        raise TicketNotFound
    if len([one for one in found if way.is_young(one)]) > 1:  # a stranger who sent a number again would stand for its owner
        raise NumberAmbiguous
    if caller.kind != "public":
        return tickets.info(TicketQuery(ticket_id=found[0].ticket_id), caller)
    return NumberAnswer(price=found[0].price, status=found[0].status)

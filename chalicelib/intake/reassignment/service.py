"""A reassignment: a new ticket takes the old one's place, with the old session released and the chosen times held, at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.access import pages
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import SessionRaced
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.service import Match, Wishes, name_key
from chalicelib.clients.service import Person
from chalicelib.core import clock, storage
from chalicelib.core.errors import Busy
from chalicelib.core.inbox import AlreadyAnswered, Receipt
from chalicelib.core.security import Caller
from chalicelib.core.settings import settings
from chalicelib.intake.applications import choice as choosing
from chalicelib.intake.applications.choice import Choice
from chalicelib.intake.applications.reading import CHOSEN, PSYCHOLOGISTS, SLOTS, TOPICS
from chalicelib.intake.reassignment import rules, telling
from chalicelib.intake.reassignment.case import Case, read
from chalicelib.intake.reassignment.schemas import Reassigned, Reassignment, Released
from chalicelib.intake.tickets import repository as ticket_rows
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.errors import TicketRaced
from chalicelib.intake.tickets.service import Ticket

__all__ = ["Ask", "Case", "open_in", "read", "reassign"]

LIVE = "live"
KIND = "reassignment"


@dataclass(frozen=True, slots=True)
class Ask:
    """What is wished for: specialists by name, times as they are written, topics; all may be empty.

    `without` is the specialist (id, name) whom the client leaves, where that is not the one of his last session; `most` is how many times
    may be held, where that is bounded.
    """

    names: Sequence[str] = ()
    times: Sequence[str] = ()
    topics: Sequence[str] = ()
    without: tuple[str, str] | None = None
    most: int | None = None


@dataclass(slots=True)
class _Plan:
    """What was decided, before it is written."""

    ask: Ask
    rejected: dict[str, str]
    matches: list[Match] = field(default_factory=list)
    choice: Choice = field(default_factory=Choice)
    unknown: list[str] = field(default_factory=list)
    own: dict[str, Slot] = field(default_factory=dict)


def reassign(body: Reassignment, receipt: Receipt, caller: Caller) -> Reassigned:
    """Book a client anew. A slot that somebody else takes meanwhile is reported as taken. Raises ClientNotFound or TicketNotFound."""
    whom, by_office = pages.whom(pages.REBOOKING, caller, body.lead_number), caller.kind == "service"
    ask = Ask(rules.names(body.filtered_psychologists), rules.times(body.slots), rules.topics(body.queries))
    ask = ask if by_office else replace(ask, most=settings().holds_a_person)
    try:
        return choosing.despite_losses(lambda lost: _reassign(whom, ask, receipt, lost, by_office=by_office))
    except (SessionRaced, TicketRaced) as raced:  # the indexes we read by have not caught up with another change
        raise Busy from raced


@storage.again(SessionRaced, TicketRaced)
def _reassign(whom: str, ask: Ask, receipt: Receipt, lost: Collection[str], *, by_office: bool) -> Reassigned:
    case, tx, ticket_id = read(whom, proven=not by_office), storage.Transaction(), receipt.new_id("ticket")
    if case.ticket.ticket_id == ticket_id:  # another worker on the same event wrote it while we read
        raise AlreadyAnswered(receipt.inbox_id)
    answer = open_in(tx, case, ask, ticket_id=ticket_id, lost=lost)
    if not by_office:
        answer.client_id = None
        pages.count_in(tx, pages.REBOOKING, case.known.client_id)
    receipt.complete(tx, answer)
    tx.commit()
    return answer


def open_in(tx: storage.Transaction, case: Case, ask: Ask, *, ticket_id: str, lost: Collection[str] = ()) -> Reassigned:
    """Add a client's new ticket: his old session is released, chosen slots (but the `lost` ones) are held, everyone is told.

    The commit raises SlotTaken naming the slot that somebody took, SessionRaced or TicketRaced where the client was faster.
    """
    plan = _decide(case, ask, lost)
    until = clock.now() + timedelta(minutes=settings().hold_minutes)
    _pass_on(tx, case, plan, ticket_id, lost)
    for slot in plan.choice.held:
        given_by = case.ticket.ticket_id if slot.slot_id in plan.own else None
        choosing.hold_in(tx, slot, ticket_id=ticket_id, until=until, given_by=given_by)
    released = _release(tx, case, ask)
    ticket_rows.close_reassigned(tx, case.ticket)
    answer = Reassigned(
        message="Клиент переназначен. Ссылка для записи отправлена, если он есть в боте.",
        ticket_id=ticket_id,
        client_id=case.known.lead_number,
        link=tickets.link_of(ticket_id),
        held_slots=choosing.held_views(plan.choice, until),
        taken_slots=choosing.taken_views(LIVE, plan.choice, plan.matches),
        matches=choosing.match_views(plan.matches),
        parent_ticket_id=case.ticket.ticket_id,
        released=released,
        unknown_psychologists=plan.unknown,
    )
    telling.reassigned(tx, case, _open_ticket(tx, case, plan, answer), answer)
    return answer


def _decide(case: Case, ask: Ask, lost: Collection[str]) -> _Plan:
    """A time goes to the named specialist who is free then, else to the best fitting; nobody whom the client left is offered."""
    plan = _Plan(ask, rules.turned_down(case.rejected, ask.without or case.last_specialist, ask.names))
    strange, moments, unreadable = choosing.read(ask.times)
    working = specialists.candidates(LIVE)
    bearers = {name_key(person.name, LIVE) for person in working}
    plan.unknown = [name for name in ask.names if name_key(name, LIVE) not in bearers]
    plan.own = _own_holds(case)
    left, moments = _free(plan, moments, choosing.bearers(working, ask.names), lost)
    people = [person for person in working if person.specialist_id not in plan.rejected]
    plan.matches = specialists.ranked(people, _wishes(case, ask), choosing.count(left))
    plan.choice = choosing.choose(LIVE, plan.matches, {}, moments, left)
    if ask.most is not None:
        plan.choice.keep(ask.most, plan.own)
    plan.choice.taken += [(text, "unknown") for text in (*strange, *unreadable)]
    return plan


def _free(
    plan: _Plan, moments: dict[str, datetime], named: Collection[str], lost: Collection[str]
) -> tuple[list[Slot], dict[str, datetime]]:
    """What is free at the times that are meant, the client's own holds too, and those times by their texts: a grid writes whole hours."""
    within = choosing.HOUR - timedelta.resolution if named else timedelta()
    found = {slot.slot_id: slot for slot in choosing.on_offer(LIVE, moments, within=within)}
    own = {key: slot for key, slot in plan.own.items() if slot.start_at > clock.now()} if moments else {}
    free = [slot for key, slot in (found | own).items() if key not in lost]
    meant = choosing.meant(moments, free, named)
    return [slot for slot in free if not meant or slot.start_at in meant.values()], meant


def _own_holds(case: Case) -> dict[str, Slot]:
    """Slots that the newest ticket still holds: nobody has followed its link, so they pass to the new one."""
    if not case.ticket.held or case.own_session:
        return {}
    return {slot.slot_id: slot for slot in tickets.still_held(case.ticket) if slot.state == "held" and not slot.session_id}


def _wishes(case: Case, ask: Ask) -> Wishes:
    said = case.wishes
    topics = tuple(ask.topics or said.specializations)
    return replace(choosing.wishes(said), specialisations=topics, names=tuple(ask.names), chose_times=bool(ask.times))


def _pass_on(tx: storage.Transaction, case: Case, plan: _Plan, ticket_id: str, lost: Collection[str]) -> None:
    """Give back what the old ticket held and the new one does not want."""
    wanted = {slot.slot_id for slot in plan.choice.held} | set(lost)
    for slot in plan.own.values():
        if slot.slot_id not in wanted:
            slots.release_hold(tx, slots.ref(slot), contour=LIVE, ticket_id=case.ticket.ticket_id)


def _release(tx: storage.Transaction, case: Case, ask: Ask) -> Released | None:
    """Give back the old session, if it is ahead and with the specialist whom the client leaves."""
    session = case.session
    if session is None or not sessions.is_ahead(session) or (ask.without and ask.without[0] != session.specialist_id):
        return None
    sessions.release_in(tx, session, "reassigned", cause="reassigned")
    return Released(psychologist=session.specialist_name, slot_time=slots.text(session.start_at))


def _open_ticket(tx: storage.Transaction, case: Case, plan: _Plan, answer: Reassigned) -> Ticket:
    old = case.ticket
    ticket = Ticket(ticket_id=answer.ticket_id, contour=LIVE, kind=KIND, parent_ticket_id=old.ticket_id)
    ticket.request_text = old.request_text or "; ".join(plan.ask.topics) or None
    ticket.answers = _answers(case.form, plan.ask)
    ticket.rejected_specialists = plan.rejected  # also when empty: then nobody is left any more
    ticket.matches = [match.model_dump() for match in answer.matches] or None
    ticket.held = [tickets.pack(slots.ref(slot)) for slot in plan.choice.held] or None
    return tickets.open_in(tx, ticket, known=case.known, person=_person(old))


def _answers(before: Mapping[str, Any], ask: Ask) -> dict[str, Any]:
    """What the client said in his form, with today's choice in place of the old one."""
    said: dict[str, Any] = {"slots": list(ask.times), "selectedPsychologistsNames": list(ask.names)}
    gone = {*SLOTS, *PSYCHOLOGISTS, *CHOSEN}
    if ask.topics:
        said["_queries"], nested = "; ".join(ask.topics), before.get("preferences")
        said |= {"preferences": {**nested, "specializations": []}} if isinstance(nested, Mapping) else {}
        gone |= {*TOPICS, "preferences"}
    return {**said, **{name: value for name, value in before.items() if name not in gone}}


def _person(old: Ticket) -> Person:
    """What the old ticket knows of its client, for the new one."""
    contacts = (old.contact,) if old.contact else ()
    return Person(name=old.name, phone=old.phone, email=old.email, telegram_username=old.telegram, raw_contacts=contacts, utm=old.utm or {})

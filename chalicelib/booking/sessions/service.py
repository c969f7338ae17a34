"""Sessions as they are asked for: found by their ticket, changed by one transaction, looked through by the ticks."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.booking.calendar.service import ClientBusy
from chalicelib.booking.sessions import repository, rules
from chalicelib.booking.sessions.answers import Done
from chalicelib.booking.sessions.errors import (
    SessionNotFound,
    SessionRaced,
    SlotTimeDiffers,
)
from chalicelib.booking.sessions.lifecycle import (
    CANCELLED,
    annul_in,
    book_in,
    cancel_in,
    confirm_in,
    drop,
    fill_in,
    follow_in,
    give_way_in,
    move_in,
    pass_on_in,
    release_in,
)
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.moving import free_for
from chalicelib.booking.sessions.outcome import close_in, held_in, missed_in, rate_in, remind_in
from chalicelib.booking.sessions.paying import pay_in
from chalicelib.booking.sessions.repository import begins, starting, starting_for, starting_of, to_close, to_remind
from chalicelib.booking.sessions.telling import guard, meet
from chalicelib.booking.slots import desk
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Owner, Slot, SlotNotFound, SlotTaken, names_moment
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistHasSessions
from chalicelib.booking.specialists.service import name_key
from chalicelib.clients import service as clients
from chalicelib.clients.service import Known
from chalicelib.core import clock, storage, turns
from chalicelib.core.errors import Unauthorized
from chalicelib.core.schemas import Answer
from chalicelib.core.security import Caller
from chalicelib.core.turns import Part
from chalicelib.safety import service as safety

if TYPE_CHECKING:
    from chalicelib.booking.sessions.schemas import Cancellation, Confirmation, Move, Rating

EARLIEST, FAR = datetime(2000, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)

__all__ = [
    "ClientBusy",
    "Owner",
    "Session",
    "SessionNotFound",
    "SessionRaced",
    "annul_in",
    "begins",
    "book_in",
    "cancel_in",
    "close_in",
    "confirm_in",
    "follow_in",
    "free_for",
    "give_way_in",
    "guard",
    "held_in",
    "meet",
    "missed_in",
    "move_in",
    "pay_in",
    "rate_in",
    "release_in",
    "remind_in",
    "starting",
    "starting_for",
    "starting_of",
    "to_close",
    "to_remind",
]


def current(ticket_id: str) -> Session:
    """A ticket's session. Raises SessionNotFound."""
    session = repository.newest(ticket_id)
    if session is None:
        raise SessionNotFound
    return session


def by_key(ticket_id: str, session_id: str) -> storage.Key:
    """Where one session is read."""
    return Session.at(ticket_id, session_id)


def _asked_for(ticket_id: str, caller: Caller) -> Session:
    """A ticket's session, for whoever may touch it: to another client it does not exist. Raises SessionNotFound."""
    session = current(ticket_id)
    if not clients.belongs(caller, client_id=session.client_id, contour=session.contour):
        raise SessionNotFound
    return session


@storage.again(SessionRaced)
def confirm(body: "Confirmation", caller: Caller) -> Done:
    """The client confirms a ticket's session at the time he chose; a repeat gets the same answer."""
    session = _asked_for(body.ticket_id, caller)
    if not slots.names_moment(body.slot_time, session.start_at, slots.zone()):
        raise SlotTimeDiffers({"slot_time": slots.text(session.start_at)})
    tx = storage.Transaction()
    answer = confirm_in(tx, session)
    tx.commit()
    return answer


@storage.again(SessionRaced)
def cancel(body: "Cancellation", caller: Caller) -> Done:
    """Cancel a ticket's session, or (back office) a slot's; a repeat succeeds silently."""
    session = _asked_for(body.ticket_id, caller) if body.ticket_id else _of_slot(body.slot_id or body.id or "", caller)
    if session is None:
        return CANCELLED
    tx = storage.Transaction()
    answer = cancel_in(tx, session, body.cancellation_reason, cause="cancelled_by_request")
    if session.status != "cancelled":
        _screen(tx, session, body.cancellation_reason, where=safety.REASON, is_proven=caller.kind != "public")
    tx.commit()
    return answer


def _of_slot(slot_id: str, caller: Caller) -> Session | None:
    """The session of a slot, None of a free one: a slot's id is no secret, so only the back office may name one."""
    if caller.kind != "service":
        raise Unauthorized
    (slot,) = storage.read(Slot.at(slot_id))
    if slot is None or slot.state == "deleted":
        raise SlotNotFound
    if slot.state == "free":
        return None
    if not slot.session_id:
        raise SessionNotFound
    (session,) = storage.read(by_key(slot.ticket_id, slot.session_id))
    return session


@storage.again(SessionRaced)
def move(body: "Move", caller: Caller) -> Done:
    """Move a ticket's session to another time of the same specialist; on failure the old time stands."""
    start_at = slots.parse(body.new_slot_time, "body", "new_slot_time")
    session = _asked_for(body.ticket_id, caller)
    tx = storage.Transaction()
    try:
        answer = move_in(tx, session, start_at, force=body.force and caller.kind == "service")
        tx.commit()
    except SlotTaken as taken:
        if current(body.ticket_id).start_at == start_at:
            raise SessionRaced from taken  # a repeat of this very request was faster: its answer is ours
        raise SlotTaken({"alternatives": alternatives(session)}) from taken
    return answer


def alternatives(session: Session) -> list[dict[str, object]]:
    """The soonest other times of the session's specialist."""
    return [slots.view(slot).model_dump() for slot in free_for(session)]


@storage.again(SessionRaced)
def rate(body: "Rating", caller: Caller) -> Done:
    """Keep the client's mark of a session that took place; a repeat replaces it, the history keeps both."""
    session = _asked_for(body.ticket_id, caller)
    tx = storage.Transaction()
    answer = rate_in(tx, session, body.rating, body.feedback)
    if body.feedback != session.feedback:
        _screen(tx, session, body.feedback, where=safety.FEEDBACK)
    tx.commit()
    return answer


def _screen(tx: storage.Transaction, session: Session, said: str | None, *, where: str, is_proven: bool = True) -> None:
    """Look for risky words in what a client says of his session; one that has not been may be of whoever typed his phone into a form."""
    hear = safety.screen_in if is_proven else safety.alert_of_nobody_in
    about = {"name": session.client_name, "contour": session.contour, "ticket_id": session.ticket_id}
    hear(tx, Known(session.client_id, session.lead_number), said, where=where, **about)


def remove_specialist(specialist_id: str) -> Answer:
    """Remove a specialist and the free time he had. Raises SpecialistHasSessions while a client counts on him.

    The list of his sessions lags behind a booking, the rows of his time do not: the last word is theirs, and he goes after them.
    """
    if repository.live_of_specialist(specialist_id, clock.now()) or not desk.remove_free_of(specialist_id):
        raise SpecialistHasSessions
    return specialists.delete(specialist_id)


def counted(specialist_id: str, first: datetime, before: datetime) -> list[Session]:
    """A specialist's sessions in a span of time that count as his work: not those cancelled or missed."""
    return repository.of_specialist(specialist_id, first, before, rules.COUNTED)


def of_client(client_id: str, limit: int = 20) -> list[Session]:
    """A client's sessions with the latest starts."""
    return repository.of_client(client_id, limit=limit, start=None).rows


def pass_on(source: str, known: Known, *, limit: int) -> int:
    """Give a merged client's sessions, with the slots they own, to whom he became, `limit` at most; how many were found."""
    rows = repository.named(source, limit=limit)
    for session in rows:
        _pass_on(by_key(session.ticket_id, session.session_id), source, known)
    return len(rows)


@storage.again(SessionRaced)
def _pass_on(key: storage.Key, source: str, known: Known) -> None:
    (session,) = storage.read(key)
    if session is not None and session.client_id == source:
        tx = storage.Transaction()
        pass_on_in(tx, session, known)
        tx.commit()


def is_ahead(session: Session) -> bool:
    """Whether a session owns its slot and has not begun."""
    return rules.is_live(session.status) and session.start_at > clock.now()


def drop_unpaid(contour: str, *, ticket_id: str | None = None) -> int:
    """End the sessions whose payment did not come in time, everybody's or one ticket's, and free their slots; how many."""
    return turns.tried(slots.unpaid(contour, ticket_id=ticket_id), drop)


def fill_days(contour: str, *, dry_run: bool) -> int:
    """Have clients' days hold the live sessions ahead that were made before days were kept; how many there are."""
    ahead = repository.live_between(contour, clock.now(), clock.now() + slots.HORIZON)
    for session in ahead if not dry_run else ():
        tx = storage.Transaction()
        fill_in(tx, session)
        with suppress(SessionRaced):  # it moved or ended meanwhile, and wrote the day itself
            tx.commit()
    return len(ahead)


def pending_within(contour: str, ahead: timedelta) -> Part:
    """Sessions ahead that start within `ahead` and wait for the client's word, not for a payment."""
    return repository.pending_between(contour, clock.now(), clock.now() + ahead)


def fill_notices(contour: str, *, dry_run: bool) -> int:
    """Have the ticks find live sessions that were made before notices were kept; how many were not found."""
    stale = [session for session in repository.live_between(contour, EARLIEST, FAR) if not repository.is_planned(session)]
    for session in stale if not dry_run else ():
        tx = storage.Transaction()
        repository.replan(tx, session)
        with suppress(SessionRaced):  # it changed meanwhile, and so was planned
            tx.commit()
    return len(stale)


def climbed_in(tx: storage.Transaction, session: Session, *, rung: int, asked: list[str]) -> None:
    """Note which question before the session was done for this start, and the messages that asked."""
    ladder = {"for": session.start_at.isoformat(), "rung": rung, "asked": asked}
    repository.climb(tx, session, ladder)


def has_any(client_id: str, *, since: datetime) -> bool:
    """Whether a client has had, or has ahead, a session made since a moment that was not called off."""
    return any(row.created_at >= since and row.status in rules.COUNTED for row in of_client(client_id))


def last_specialist(client_id: str) -> str | None:
    """Whose client somebody was last, if anybody's."""
    return next((row.specialist_id for row in of_client(client_id, limit=1)), None)


def with_specialist(client_id: str, name: str, date: str | None) -> Session | None:
    """A client's session with a specialist: at the moment that `date` names, else the newest that took place."""
    theirs = [row for row in of_client(client_id, limit=50) if name_key(row.specialist_name, row.contour) == name_key(name, row.contour)]
    at_that_time = [row for row in theirs if date and names_moment(date, row.start_at, slots.zone())]
    return next(iter(at_that_time or [row for row in theirs if row.status == "completed"]), None)

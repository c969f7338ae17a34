"""A session's video meeting is asked for at once and made, moved or removed behind it, by what the session has become.

One effect for all three: it reads the session and acts on the difference, so effects may repeat and come late.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from chalicelib.booking.conference import repository, rooms, rules, telling
from chalicelib.booking.conference.errors import ConferenceOff, MeetingRaced, Occupied
from chalicelib.booking.conference.rooms import Room
from chalicelib.booking.conference.rules import LIVE, Meeting, Plan, Step
from chalicelib.booking.conference.schemas import LinkAnswer, LinkRequest
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.errors import PaymentAwaited, SessionEnded, SessionNotFound, SessionPast
from chalicelib.booking.sessions.service import Session
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot, SlotNotFound
from chalicelib.core import clock, outbox, storage
from chalicelib.core.vendors import VendorBusy, VendorDown, VendorError, VendorRefused

T = TypeVar("T")

UNCLEAR_TRIES = 3
"""How often an answer that never came is looked into before another vendor is asked: the meeting may stand there."""


def ask(body: LinkRequest) -> LinkAnswer:
    """The link, where there is one; else it is asked for through the outbox. Raises what keeps the session from having one."""
    session = _find(body)
    if session.status not in LIVE:
        raise SessionEnded({"status": session.status})
    if session.end_at <= clock.now():
        raise SessionPast({"slot_time": slots.text(session.start_at)})
    if session.conference_url:
        return LinkAnswer(status="ready", link=session.conference_url, provider=session.conference_provider)
    if session.payment_due_at:
        raise PaymentAwaited({"payment_due_at": session.payment_due_at.isoformat()})
    if session.contour != "live" or not rooms.possible():
        raise ConferenceOff
    tx = storage.Transaction()
    sessions.meet(tx, session)
    tx.commit()
    return LinkAnswer(status="pending")


def _find(body: LinkRequest) -> Session:
    if body.ticket_id:
        return sessions.current(body.ticket_id)
    (slot,) = storage.read(Slot.at(body.slot_id or ""))
    if slot is None:
        raise SlotNotFound
    (session,) = storage.read(sessions.by_key(slot.ticket_id, slot.session_id)) if slot.session_id else (None,)
    if session is None:
        raise SessionNotFound
    return session


def align(ticket_id: str, session_id: str, *, attempt: int) -> None:
    """Make, move or remove a session's meeting, whichever its state asks for. Raises the outbox's Retry or Refused."""
    (session,) = storage.read(sessions.by_key(ticket_id, session_id))
    if session is None:
        return
    plan, meeting = _plan(session), repository.meeting_of(session)
    step = rules.step(session.status, awaits_payment=bool(session.payment_due_at), plan=plan, meeting=meeting, now=clock.now())
    if step is Step.OPEN:
        _open(session, plan, meeting, attempt)
    elif meeting is not None and step is Step.MOVE:
        _move(session, plan, meeting)
    elif meeting is not None and step is Step.CLOSE:
        _close(session, meeting)


def given_up(ticket_id: str, session_id: str, reason: str) -> None:
    """The meeting is not what the session asks for, and nobody tries any more: the admin learns of it."""
    (session,) = storage.read(sessions.by_key(ticket_id, session_id))
    if session is not None:
        telling.complain(session, reason)


def _plan(session: Session) -> Plan:
    return Plan(session.session_id, session.specialist_name, session.start_at, int(session.minutes))


def _open(session: Session, plan: Plan, begun: Meeting | None, attempt: int) -> None:
    """The first room that can holds the meeting; one that has begun to make it goes on."""
    failures: list[telling.Failure] = []
    for room in rooms.configured():
        if begun is not None and room.name != begun.provider:
            continue
        try:
            meeting = _try(room, plan)
        except (Occupied, VendorError) as error:
            if isinstance(error, VendorDown) and error.sent_maybe and attempt <= UNCLEAR_TRIES:
                raise outbox.Retry(f"{room.name} did not answer; the meeting may stand", for_all=True) from error
            failures.append((room.title, error))
        else:
            return _keep(session, room, plan, meeting)
    return _give_up(session, failures)


def _give_up(session: Session, failures: list[telling.Failure]) -> None:
    """Nobody can now: the session stays, the admin is told once, and the outbox comes again where that may help."""
    telling.trouble(session, failures)
    reason = telling.words(failures)
    if all(isinstance(error, VendorRefused) for _, error in failures):
        raise outbox.Refused(reason)
    raise outbox.Retry(reason, for_all=all(isinstance(error, (VendorBusy, VendorDown)) for _, error in failures))


def _try(room: Room, plan: Plan) -> Meeting:
    if room.account:
        repository.take_time(room.account, plan)
    try:
        return room.open(plan)
    except (Occupied, VendorError):
        if room.account:
            repository.give_time_back(room.account, plan)
        raise


def _keep(session: Session, room: Room, plan: Plan, meeting: Meeting) -> None:
    """Write the meeting down and tell both sides; one too many is removed."""
    tx = storage.Transaction()
    repository.attach(tx, session, meeting)
    if meeting.url:
        telling.link(tx, session, meeting.url)
    try:
        tx.commit()
    except MeetingRaced:
        return _drop(session, room, plan, meeting)
    if not meeting.url:
        raise outbox.Retry(f"{room.name} is making the meeting")
    return None


def _drop(session: Session, room: Room, plan: Plan, meeting: Meeting) -> None:
    """Have a meeting removed that the session did not take, unless it is the very one that it has."""
    (now,) = storage.read(sessions.by_key(session.ticket_id, session.session_id))
    standing = repository.meeting_of(now) if now is not None else None
    if standing is None or standing.meeting_id != meeting.meeting_id:
        tx = storage.Transaction()
        payload = {"provider": room.name, "meeting_id": meeting.meeting_id}
        outbox.send(tx, "conference_drop", payload, lane=f"conference#{meeting.meeting_id}")
        tx.commit()
    if room.account and (standing is None or standing.provider != room.name):
        repository.give_time_back(room.account, plan)


def drop(provider: str, meeting_id: str) -> None:
    """Remove a meeting that is one too many. Raises the outbox's Retry or Refused."""
    _spoken(lambda: _room(provider).close(meeting_id))


def _move(session: Session, plan: Plan, meeting: Meeting) -> None:
    """The meeting goes to the session's new time and its link stays; one that is gone is made anew."""
    room = _room(meeting.provider)
    if room.account:
        repository.give_time_back(room.account, Plan(plan.session_id, plan.specialist_name, meeting.start_at, meeting.minutes))
        _take_or_warn(session, room, plan)
    if _spoken(lambda: room.move(meeting.meeting_id, plan)):
        repository.shifted(session, meeting, plan)
    else:
        repository.detach(session, meeting)
        raise outbox.Retry(f"{room.name} has the meeting no more: another is made")


def _take_or_warn(session: Session, room: Room, plan: Plan) -> None:
    """The link stays with its session even where the account has another meeting then; a person must know."""
    try:
        repository.take_time(room.account, plan)
    except Occupied as occupied:
        telling.trouble(session, [(room.title, occupied)])


def _close(session: Session, meeting: Meeting) -> None:
    room = _room(meeting.provider)
    _spoken(lambda: room.close(meeting.meeting_id))
    if room.account:
        repository.give_time_back(room.account, Plan(session.session_id, session.specialist_name, meeting.start_at, meeting.minutes))
    repository.detach(session, meeting)


def _room(provider: str) -> Room:
    found = next((room for room in rooms.configured() if room.name == provider), None)
    if found is None:
        raise outbox.Refused(f"{provider} is configured no more")
    return found


def _spoken(call: Callable[[], T]) -> T:
    """A vendor's call about a meeting that stands, with its errors as the outbox's."""
    try:
        return call()
    except VendorBusy as busy:
        raise outbox.Retry(str(busy), timedelta(seconds=busy.retry_after) if busy.retry_after else None, for_all=True) from busy
    except VendorDown as down:
        raise outbox.Retry(str(down), for_all=True) from down
    except VendorError as refused:
        raise outbox.Refused(str(refused)) from refused

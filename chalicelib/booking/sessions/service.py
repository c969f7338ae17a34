"""Sessions: every change of one is a single transaction over the session, its slots and what is said about it.

The verbs that end in ``_in`` add their writes to a caller's transaction, so that a door can complete its receipt in it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from chalicelib.booking.sessions import repository, rules, telling
from chalicelib.booking.sessions.errors import (
    PaymentAwaited,
    SessionEnded,
    SessionNotCompleted,
    SessionNotFound,
    SessionPast,
    SessionRaced,
    SlotTimeDiffers,
)
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.schemas import Cancellation, Confirmation, Done, Move, Rating
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Owner, Slot, SlotNotFound, SlotRef, SlotTaken
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistHasSessions
from chalicelib.core import clock, storage
from chalicelib.core.errors import Unauthorized
from chalicelib.core.schemas import Answer
from chalicelib.core.security import Caller

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

__all__ = ["Owner", "Session", "SessionNotFound", "SessionRaced"]


def book_in(
    tx: storage.Transaction,
    slot: SlotRef,
    owner: Owner,
    *,
    cause: str,
    confirmed: bool = False,
    payment_due_at: datetime | None = None,
    amount: int | None = None,
    seen: Slot | None = None,
    marks: Mapping[str, Any] | None = None,
) -> Session:
    """Give a slot to a client; the commit raises SlotTaken when it has another live owner.

    `payment_due_at` keeps it only until then; `seen` is the slot's row where it was read, so that a session whose payment
    never came gives way. Both sides are told.
    """
    stale = seen.session_id if seen else None
    slots.take(tx, slot, owner, until=payment_due_at, seen_session=stale, marks=marks)
    if seen is not None and stale:
        give_way_in(tx, seen)
    at = clock.wall()
    session = Session(
        ticket_id=owner.ticket_id,
        session_id=owner.session_id,
        contour=owner.contour,
        client_id=owner.client_id,
        client_name=owner.client_name,
        lead_number=owner.lead_number,
        specialist_id=slot.specialist_id,
        specialist_name=slot.specialist_name,
        slot_id=slot.slot_id,
        start_at=slot.start_at,
        end_at=slot.end_at,
        minutes=slot.minutes,
        status="confirmed" if confirmed else "pending",
        live_in=owner.contour,
        created_at=at,
        updated_at=at,
        payment_due_at=payment_due_at,
        amount=amount,
    )
    repository.create(tx, session)
    telling.booked(tx, session, cause=cause)
    return session


def give_way_in(tx: storage.Transaction, slot: Slot) -> None:
    """End the session whose payment did not come in time, as the next owner takes its slot."""
    unpaid = seen_on(slot)
    repository.end(tx, unpaid, "cancelled", frm=("pending",), also=[Session.cancellation_reason.set("payment_expired")])
    telling.payment_expired(tx, unpaid)


def seen_on(slot: Slot) -> Session:
    """The session that owns a slot, as far as the slot tells: enough to end it under a condition, and to say so."""
    return Session(
        ticket_id=slot.ticket_id,
        session_id=slot.session_id,
        contour=slot.contour,
        client_id=slot.client_id,
        client_name=slot.client_name,
        lead_number=slot.lead_number,
        specialist_id=slot.specialist_id,
        specialist_name=slot.specialist_name,
        slot_id=slot.slot_id,
        start_at=slot.start_at,
    )


def _owner(session: Session) -> Owner:
    return Owner(session.contour, session.ticket_id, session.session_id, session.client_id, session.lead_number, session.client_name)


def remove_specialist(specialist_id: str) -> Answer:
    """Remove a specialist and the free time he had. Raises SpecialistHasSessions while a client counts on him."""
    if repository.live_of_specialist(specialist_id, clock.now()):
        raise SpecialistHasSessions
    answer = specialists.delete(specialist_id)
    slots.remove_free_of(specialist_id)
    return answer


def current(ticket_id: str) -> Session:
    """A ticket's session. Raises SessionNotFound."""
    session = repository.newest(ticket_id)
    if session is None:
        raise SessionNotFound
    return session


def by_key(ticket_id: str, session_id: str) -> storage.Key:
    """Where one session is read."""
    return Session.at(ticket_id, session_id)


@storage.again(SessionRaced)
def confirm(body: Confirmation) -> Done:
    """The client confirms a ticket's session at the time he chose; a repeat gets the same answer."""
    session = current(body.ticket_id)
    if not slots.names_moment(body.slot_time, session.start_at, slots.zone()):
        raise SlotTimeDiffers({"slot_time": slots.text(session.start_at)})
    tx = storage.Transaction()
    answer = confirm_in(tx, session)
    tx.commit()
    return answer


def confirm_in(tx: storage.Transaction, session: Session) -> Done:
    """pending → confirmed. Raises SessionEnded, SessionPast or PaymentAwaited."""
    if session.status != "confirmed":
        _must_be_ahead(session)
        if session.payment_due_at:
            raise PaymentAwaited({"payment_due_at": session.payment_due_at.isoformat()})
        repository.change(tx, session, [Session.status.set("confirmed")], frm=("pending",))
        telling.confirmed(tx, session, cause="confirmed_by_client")
    return Done(message=f"Сессия подтверждена: {slots.text(session.start_at)} МСК.")


def pay_in(tx: storage.Transaction, session: Session) -> None:
    """The payment came: the session is confirmed and its slot is his for good."""
    repository.change(tx, session, [Session.status.set("confirmed"), Session.payment_due_at.remove()], frm=("pending",))
    slots.settle(tx, session.slot_id, _owner(session), otherwise=SessionRaced())
    telling.confirmed(tx, session, cause="payment_completed")


@storage.again(SessionRaced)
def cancel(body: Cancellation, caller: Caller) -> Done:
    """Cancel a ticket's session, or (back office) a slot's; a repeat succeeds silently."""
    session = current(body.ticket_id) if body.ticket_id else _of_slot(body.slot_id or body.id or "", caller)
    tx = storage.Transaction()
    answer = cancel_in(tx, session, body.cancellation_reason, cause="cancelled_by_request")
    tx.commit()
    return answer


def _of_slot(slot_id: str, caller: Caller) -> Session:
    """The session of a slot: a slot's id is no secret, so only the back office may name one."""
    if caller.kind != "service":
        raise Unauthorized
    (slot,) = storage.read(Slot.at(slot_id))
    if slot is None:
        raise SlotNotFound
    if not slot.session_id:
        raise SessionNotFound
    (session,) = storage.read(by_key(slot.ticket_id, slot.session_id))
    return session


def cancel_in(tx: storage.Transaction, session: Session, reason: str | None, *, cause: str) -> Done:
    """pending, confirmed → cancelled; the slot is free at once and both sides are told. A repeat adds nothing."""
    if session.status != "cancelled":
        _must_be_ahead(session)
        _end_with_slot(tx, session, reason)
        telling.cancelled(tx, session, cause=cause)
    return Done(message="Сессия отменена.")


def annul_in(tx: storage.Transaction, session: Session, reason: str, *, cause: str) -> None:
    """End a live session, past or not, because its slot's own row says so; the caller writes the slot."""
    repository.end(tx, session, "cancelled", also=[Session.cancellation_reason.set(reason)])
    telling.cancelled(tx, session, cause=cause)


def _end_with_slot(tx: storage.Transaction, session: Session, reason: str | None) -> None:
    also = [Session.cancellation_reason.set(reason)] if reason else []
    repository.end(tx, session, "cancelled", also=also)
    slots.free(
        tx,
        session.slot_id,
        contour=session.contour,
        specialist_id=session.specialist_id,
        session_id=session.session_id,
        otherwise=SessionRaced(),
    )


def _must_be_ahead(session: Session) -> None:
    if not rules.is_live(session.status):
        raise SessionEnded({"status": session.status})
    if session.start_at <= clock.now():
        raise SessionPast({"slot_time": slots.text(session.start_at)})


@storage.again(SessionRaced)
def move(body: Move) -> Done:
    """Move a ticket's session to another time of the same specialist; on failure the old time stands."""
    start_at = slots.parse(body.new_slot_time, "body", "new_slot_time")
    session = current(body.ticket_id)
    tx = storage.Transaction()
    try:
        answer = move_in(tx, session, start_at)
        tx.commit()
    except SlotTaken as taken:
        raise SlotTaken({"alternatives": alternatives(session)}) from taken
    return answer


def move_in(tx: storage.Transaction, session: Session, start_at: datetime) -> Done:
    """Old slot freed, new one taken, the session moved: all or nothing. Raises SlotTaken where that time is not free."""
    if session.start_at != start_at:
        _must_be_ahead(session)
        if start_at <= clock.now():
            raise slots.SlotPast({"slot_time": slots.text(start_at)})
        free = slots.free_of_specialist(session.specialist_id, start=start_at, limit=1)
        if not free:
            raise SlotTaken
        _move_to(tx, session, free[0])
    return Done(message=f"Сессия перенесена на {slots.text(start_at)} МСК.")


def _move_to(tx: storage.Transaction, session: Session, slot: Slot) -> None:
    new = slots.ref(slot)
    slots.free(
        tx,
        session.slot_id,
        contour=session.contour,
        specialist_id=session.specialist_id,
        session_id=session.session_id,
        otherwise=SessionRaced(),
    )
    slots.take(tx, new, _owner(session), until=session.payment_due_at, seen_session=slot.session_id)
    if slot.session_id:
        give_way_in(tx, slot)
    repository.change(
        tx,
        session,
        [
            Session.slot_id.set(new.slot_id),
            Session.start_at.set(new.start_at),
            Session.end_at.set(new.end_at),
            Session.minutes.set(new.minutes),
        ],
    )
    telling.moved(tx, session, new)


def alternatives(session: Session) -> list[dict[str, object]]:
    """The soonest other times of the session's specialist."""
    return [slots.view(slot).model_dump() for slot in slots.free_of_specialist(session.specialist_id)]


@storage.again(SessionRaced)
def rate(body: Rating) -> Done:
    """Keep the client's mark of a session that took place; a repeat replaces it, the history keeps both."""
    session = current(body.ticket_id)
    tx = storage.Transaction()
    answer = rate_in(tx, session, body.rating, body.feedback)
    tx.commit()
    return answer


def rate_in(tx: storage.Transaction, session: Session, rating: int, feedback: str | None) -> Done:
    """Write a mark; the same mark again changes nothing. Raises SessionNotCompleted."""
    if session.status != "completed":
        raise SessionNotCompleted({"status": session.status})
    if (session.rating, session.feedback) != (rating, feedback):
        mark = {"rating": rating, "feedback": feedback, "at": clock.now().isoformat()}
        history = [*(session.rating_history or []), mark]
        seen = Session.rating_history.set(history)
        said = Session.feedback.set(feedback) if feedback else Session.feedback.remove()
        repository.rate(tx, session, [Session.rating.set(rating), said, seen])
        telling.rated(tx, session, rating, feedback)
    return Done(message="Спасибо за оценку!")


def drop_unpaid(contour: str) -> int:
    """End the sessions whose payment did not come in time and free their slots; how many."""
    return sum(_drop(slot) for slot in slots.unpaid(contour))


def _drop(slot: Slot) -> bool:
    (session,) = storage.read(by_key(slot.ticket_id, slot.session_id))
    if session is None or not rules.is_live(session.status):
        return False
    tx = storage.Transaction()
    _end_with_slot(tx, session, "payment_expired")
    telling.payment_expired(tx, session)
    try:
        tx.commit()
    except SessionRaced:  # paid, moved or taken meanwhile
        return False
    return True


def to_remind(contour: str) -> list[Session]:
    """Confirmed sessions that start within two hours and were not reminded of for that start."""
    now = clock.now()
    soon = repository.live_between(contour, now, now + rules.REMIND_BEFORE)
    return [session for session in soon if rules.reminder_due(session.start_at, session.reminded_for, session.status, now)]


def remind_in(tx: storage.Transaction, session: Session) -> None:
    """Remind both sides, once for this start."""
    repository.remind(tx, session)
    telling.reminder(tx, session)


def to_close(contour: str) -> list[Session]:
    """Sessions that are over and not yet ended, however late the tick."""
    now = clock.now()
    begun = repository.live_between(contour, EARLIEST, now)
    return [session for session in begun if rules.outcome(session.status, session.end_at, now)]


def close_in(tx: storage.Transaction, session: Session) -> None:
    """completed, and both sides are asked how it was; or missed, and the admin is told."""
    status = rules.outcome(session.status, session.end_at, clock.now())
    if status == "completed":
        repository.end(tx, session, status, frm=("confirmed",))
        telling.ask_feedback(tx, session)
    elif status == "missed":
        repository.end(tx, session, status, frm=("pending",))
        telling.missed(tx, session)

"""What may happen to a session: each verb adds its writes and its words to the caller's transaction.

A status moves only from a status that allows it, and only together with the slot; see `rules` and `repository`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.booking.calendar import service as calendar
from chalicelib.booking.calendar.service import ClientBusy
from chalicelib.booking.sessions import facts, repository, rules, telling
from chalicelib.booking.sessions.answers import Done
from chalicelib.booking.sessions.errors import PaymentAwaited, SessionEnded, SessionPast, SessionRaced
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.moving import free_for
from chalicelib.booking.slots import made
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Owner, Slot, SlotRef, SlotTaken
from chalicelib.clients.service import Known
from chalicelib.core import clock, storage
from chalicelib.core.facts import FactRow

CANCELLED = Done(message="Сессия отменена.")


def book_in(
    tx: storage.Transaction,
    slot: SlotRef,
    owner: Owner,
    *,
    cause: str,
    confirmed: bool = False,
    paid: bool = False,
    payment_due_at: datetime | None = None,
    amount: int | None = None,
    seen: Slot | None = None,
    marks: Mapping[str, Any] | None = None,
    force: bool = False,
    about: Mapping[str, Any] | None = None,
) -> Session:
    """Give a slot to a client; the commit raises SlotTaken when it has another live owner, ClientBusy when the client has a
    session at that time already, unless `force`.

    `payment_due_at` keeps it only until then; what is `paid`, with `amount` kopecks, is confirmed, and the log says both. `seen` is
    the slot's row where it was read, so that a session whose payment never came gives way. Both sides are told.
    """
    stale = seen.session_id if seen else None
    slots.take(tx, slot, owner, until=payment_due_at, seen_session=stale, marks=marks)
    if seen is not None and stale:
        give_way_in(tx, seen)
    session = begun(slot, owner, **(about or {}))
    session.status, session.payment_due_at, session.amount = "confirmed" if confirmed or paid else "pending", payment_due_at, amount
    return begin_in(tx, session, slot, cause=cause, paid=paid, force=force)


def begin_in(tx: storage.Transaction, session: Session, slot: SlotRef, *, cause: str, paid: bool, force: bool) -> Session:
    """Write a session that owns its slot by this decision, and tell both sides. The commit raises ClientBusy unless `force`."""
    repository.create(tx, session)
    facts.booked(tx, session, paid=paid)
    _take_time(tx, session, slot, force=force)
    telling.booked(tx, session, cause=cause)
    return session


def _take_time(tx: storage.Transaction, session: Session, slot: SlotRef, *, force: bool) -> None:
    """Nobody sits in two sessions at once, unless the office says so."""
    busy = ClientBusy({"slot_id": slot.slot_id, "slot_time": slots.text(slot.start_at)})
    time = calendar.interval(slot.start_at, slot.minutes, session.session_id)
    calendar.take_in(tx, session.client_id, time, otherwise=None if force else busy)


def _leave_time(tx: storage.Transaction, session: Session) -> None:
    calendar.leave_in(tx, session.client_id, calendar.interval(session.start_at, session.minutes, session.session_id))


def pass_on_in(tx: storage.Transaction, session: Session, known: Known) -> None:
    """The client turned out to be another: the session, its slot and his time pass to that one, whatever he has then.

    The commit raises SessionRaced when the session changed meanwhile.
    """
    if rules.is_live(session.status):
        time = calendar.interval(session.start_at, session.minutes, session.session_id)
        calendar.leave_in(tx, session.client_id, time)
        calendar.take_in(tx, known.client_id, time, otherwise=None)
        who = {"client_id": known.client_id, "number": known.lead_number}
        slots.pass_on(tx, session.slot_id, session.session_id, **who, otherwise=SessionRaced())
    repository.pass_on(tx, session, known)


def begun(slot: SlotRef, owner: Owner, **about: Any) -> Session:
    """A session of this slot for this owner, not yet written."""
    at, about = clock.wall(), {**about, "is_made": slot.is_made or None}
    who: dict[str, Any] = {"client_id": owner.client_id, "client_name": owner.client_name, "lead_number": owner.lead_number}
    what: dict[str, Any] = {"slot_id": slot.slot_id, "specialist_id": slot.specialist_id, "specialist_name": slot.specialist_name}
    when: dict[str, Any] = {"start_at": slot.start_at, "end_at": slot.end_at, "minutes": slot.minutes, "created_at": at, "updated_at": at}
    return Session(owner.ticket_id, owner.session_id, contour=owner.contour, live_in=owner.contour, **who, **what, **when, **about)


def give_way_in(tx: storage.Transaction, slot: Slot) -> None:
    """End the session whose payment did not come in time, as the next owner takes its slot."""
    unpaid = seen_on(slot)
    repository.end(tx, unpaid, "cancelled", frm=("pending",), also=[Session.cancellation_reason.set("payment_expired")])
    _called_off(tx, unpaid, "pending", cause="payment_expired")
    _leave_time(tx, unpaid)
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
        minutes=slot.minutes,
    )


def fill_in(tx: storage.Transaction, session: Session) -> None:
    """Have the client's day hold a session that was made before days were kept; again it changes nothing."""
    repository.touch(tx, session)
    calendar.take_in(tx, session.client_id, calendar.interval(session.start_at, session.minutes, session.session_id), otherwise=None)


def owner_of(session: Session) -> Owner:
    """Whose slot a session's is."""
    return Owner(session.contour, session.ticket_id, session.session_id, session.client_id, session.lead_number, session.client_name)


def confirm_in(tx: storage.Transaction, session: Session, *, cause: str = "confirmed_by_client") -> Done:
    """pending → confirmed. Raises SessionEnded, SessionPast or PaymentAwaited."""
    if session.status != "confirmed":
        _must_be_ahead(session)
        if session.payment_due_at:
            raise PaymentAwaited({"payment_due_at": session.payment_due_at.isoformat()})
        actions = [Session.status.set("confirmed"), *repository.notices(session, status="confirmed")]
        repository.change(tx, session, actions, frm=("pending",))
        facts.record(tx, facts.SessionConfirmed, session, was="pending", status="confirmed")
        telling.confirmed(tx, session, cause=cause)
    return Done(message=f"Сессия подтверждена: {slots.told(session.start_at)}.")


def cancel_in(tx: storage.Transaction, session: Session, reason: str | None, *, cause: str) -> Done:
    """pending, confirmed → cancelled; the slot is free at once and both sides are told. A repeat adds nothing."""
    if session.status != "cancelled":
        _must_be_ahead(session)
        _end_with_slot(tx, session, reason, cause=cause)
        telling.cancelled(tx, session, cause=cause)
    return CANCELLED


def release_in(tx: storage.Transaction, session: Session, reason: str, *, cause: str) -> None:
    """pending, confirmed → cancelled because the client is given another time; the slot is free at once.

    The specialist is told; what the client reads is the caller's to say. Raises SessionEnded or SessionPast.
    """
    _must_be_ahead(session)
    _end_with_slot(tx, session, reason, cause=cause)
    telling.released(tx, session, cause=cause)


def annul_in(tx: storage.Transaction, slot: Slot, reason: str, *, cause: str) -> None:
    """End the live session on a slot, begun or not, because the slot's own row says so; the caller writes the slot."""
    session = seen_on(slot)
    if slot.start_at <= clock.now() and not _lives(session):
        return  # it took place, or was missed: the history keeps it
    repository.end_unseen(tx, session, reason, said=_called_off(tx, session, repository.GUESS, cause=cause))
    _leave_time(tx, session)
    telling.cancelled(tx, session, cause=cause)


def _called_off(tx: storage.Transaction, session: Session, was: str, *, cause: str) -> FactRow:
    return facts.record(tx, facts.SessionCancelled, session, was=was, status="cancelled", cause=cause)


def _lives(seen: Session) -> bool:
    (session,) = storage.read(Session.at(seen.ticket_id, seen.session_id))
    if session is None or not rules.is_live(session.status):
        return False
    return session.status == "confirmed" or session.end_at > clock.now()  # how it ended is the office's to say, not a tidied row's


def _end_with_slot(tx: storage.Transaction, session: Session, reason: str | None, *, cause: str, frm: Sequence[str] = rules.LIVE) -> None:
    also = [Session.cancellation_reason.set(reason)] if reason else []
    repository.end(tx, session, "cancelled", frm=frm, also=also)
    _called_off(tx, session, session.status, cause=cause)
    _leave_time(tx, session)
    free_slot_in(tx, session)


def free_slot_in(tx: storage.Transaction, session: Session) -> None:
    """Give back the slot that a session owns; time that was made for it goes with it. The commit raises SessionRaced."""
    specialist_id, session_id, lost = session.specialist_id, session.session_id, SessionRaced()
    if session.is_made:
        when = (session.start_at, int(session.minutes))
        what = SlotRef(session.slot_id, specialist_id, session.specialist_name, *when, is_made=True)
        made.remove_in(tx, what, session_id, otherwise=lost)
    else:
        slots.free(tx, session.slot_id, contour=session.contour, specialist_id=specialist_id, session_id=session_id, otherwise=lost)


def _must_be_ahead(session: Session) -> None:
    if not rules.is_live(session.status):
        raise SessionEnded({"status": session.status})
    if session.start_at <= clock.now():
        raise SessionPast({"slot_time": slots.text(session.start_at)})


def move_in(tx: storage.Transaction, session: Session, start_at: datetime, *, force: bool = False) -> Done:
    """Old slot freed, new one taken, the session moved: all or nothing. Raises SlotTaken where that time is not free.

    The commit raises ClientBusy where the client has another session then, unless `force`.
    """
    if session.start_at != start_at or not rules.is_live(session.status):
        _must_be_ahead(session)
        if start_at <= clock.now():
            raise slots.SlotPast({"slot_time": slots.text(start_at)})
        free = free_for(session, start=start_at, limit=1)
        if not free:
            raise SlotTaken
        _move_to(tx, session, free[0], force=force)
    return Done(message=f"Сессия перенесена на {slots.told(start_at)}.")


def _move_to(tx: storage.Transaction, session: Session, slot: Slot, *, force: bool) -> None:
    new = slots.ref(slot)
    free_slot_in(tx, session)
    _leave_time(tx, session)
    _take_time(tx, session, new, force=force)
    slots.take(tx, new, owner_of(session), until=session.payment_due_at, seen_session=slot.session_id)
    if slot.session_id:
        give_way_in(tx, slot)
    repository.change(tx, session, [*_at(session, new), *repository.notices(session, start_at=new.start_at, end_at=new.end_at)])
    _moved(tx, session, new, session.status)
    telling.moved(tx, session, new)


def _moved(tx: storage.Transaction, session: Session, new: SlotRef, status: str) -> None:
    times = {"start_at": new.start_at, "was_at": session.start_at}
    facts.record(tx, facts.SessionMoved, session, was=session.status, status=status, **times)


def _at(session: Session, new: SlotRef) -> list[Any]:
    return [
        Session.slot_id.set(new.slot_id),
        Session.is_made.remove(),  # to where it moves stood before it, and stays after it
        *repository.placed(session, new.start_at),
        Session.start_at.set(new.start_at),
        Session.end_at.set(new.end_at),
        Session.minutes.set(new.minutes),
    ]


def follow_in(tx: storage.Transaction, session: Session, new: SlotRef, *, confirmed: bool, cause: str) -> None:
    """The session moves with its slot, because the slot's own row did; the caller writes the slot. Both sides are told.

    With `confirmed` it is confirmed at its new time as well, unless it waits for its payment. Raises SessionEnded or SessionPast.
    """
    _must_be_ahead(session)
    confirming = confirmed and session.status == "pending" and not session.payment_due_at
    _leave_time(tx, session)
    _take_time(tx, session, new, force=True)
    becomes: dict[str, Any] = {"start_at": new.start_at, "end_at": new.end_at} | ({"status": "confirmed"} if confirming else {})
    actions = [*_at(session, new), *repository.notices(session, **becomes), Session.status.set("confirmed") if confirming else None]
    repository.change(tx, session, actions)
    _moved(tx, session, new, "confirmed" if confirming else session.status)
    telling.moved(tx, session, new)
    if confirming:
        session.start_at = new.start_at
        telling.confirmed(tx, session, cause=cause)


def drop(slot: Slot) -> bool:
    """End the session on a slot whose payment hold is over; False when it was paid, moved or taken meanwhile."""
    (session,) = storage.read(Session.at(slot.ticket_id, slot.session_id))
    if session is None or session.status != "pending":  # the list of holds lags: one may be paid and confirmed since
        return False
    tx = storage.Transaction()
    _end_with_slot(tx, session, "payment_expired", cause="payment_expired", frm=("pending",))
    telling.payment_expired(tx, session)
    try:
        tx.commit()
    except SessionRaced:  # paid, moved or taken meanwhile
        return False
    return True

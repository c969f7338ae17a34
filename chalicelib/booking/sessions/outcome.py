"""How a session ends when its time has come: reminded of, held or missed, rated."""

from collections.abc import Sequence
from datetime import datetime

from chalicelib.booking.sessions import facts, repository, rules, telling
from chalicelib.booking.sessions.answers import Done
from chalicelib.booking.sessions.errors import SessionEnded, SessionNotCompleted, SessionRaced
from chalicelib.booking.sessions.lifecycle import free_slot_in, owner_of
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots import service as slots
from chalicelib.core import clock, storage

KEPT_MARKS, KEPT_WORDS = 20, 2000
"""How many marks a session remembers, and how much of the words beside each: the newest stand whole beside the mark itself."""


def rate_in(tx: storage.Transaction, session: Session, rating: int, feedback: str | None, *, tell: bool = True) -> Done:
    """Write a mark and `tell` the admin; the same mark again changes nothing. Raises SessionNotCompleted."""
    if session.status != "completed":
        raise SessionNotCompleted({"status": session.status})
    if (session.rating, session.feedback) != (rating, feedback):
        mark = {"rating": rating, "feedback": feedback and feedback[:KEPT_WORDS], "at": clock.now().isoformat()}
        history = storage.newest([*(session.rating_history or []), mark], most=KEPT_MARKS)
        seen = Session.rating_history.set(history)
        said = Session.feedback.set(feedback) if feedback else Session.feedback.remove()
        repository.rate(tx, session, [Session.rating.set(rating), said, seen])
        was = int(session.rating) if session.rating is not None else None
        facts.record(tx, facts.SessionRated, session, rating=rating, was_rating=was)
        if tell:
            telling.rated(tx, session, rating, feedback)
    return Done(message="Спасибо за оценку!")


def remind_in(tx: storage.Transaction, session: Session) -> bool:
    """Remind both sides, once for this start; False where that is not due. One that awaits its payment is told of that instead."""
    due = rules.reminder_due(session.start_at, session.reminded_for, session.status, clock.now())
    if session.payment_due_at or not due:
        repository.replan(tx, session)
        return False
    repository.remind(tx, session)
    telling.reminder(tx, session)
    return True


def close_in(tx: storage.Transaction, session: Session) -> bool:
    """completed, and both sides are asked how it was; one that nobody confirmed is the office's to say. False where nothing is due."""
    completed = rules.outcome(session.status, session.end_at, clock.now()) == "completed"
    if not (completed or rules.office_asked(session.status, session.end_at, int(session.office_asked or 0), clock.now())):
        repository.replan(tx, session)
        return False
    if completed:
        held_in(tx, session)
    elif session.payment_due_at:  # a short slot may end before its payment is due: its hold ends with it
        _missed(tx, session)
        telling.missed(tx, session)
    else:
        repository.ask_office(tx, session)
        telling.ask_office(tx, session)
    return True


def held_in(tx: storage.Transaction, session: Session, *, begun: bool = False) -> Done:
    """pending, confirmed → completed, and both sides are asked how it was. A repeat adds nothing.

    Raises SessionEnded, also for one that is not over yet; with `begun` for one that has not begun.
    """
    if session.status != "completed":
        _must_be_over(session, session.start_at if begun else session.end_at)
        repository.end(tx, session, "completed")
        facts.record(tx, facts.SessionCompleted, session, was=session.status, status="completed")
        if session.payment_due_at:  # it took place, paid or not: its time is no hold that anybody may end
            slots.settle(tx, session.slot_id, owner_of(session), otherwise=SessionRaced())
        telling.ask_feedback(tx, session)
    return Done(message="Записано: встреча состоялась.")


def missed_in(tx: storage.Transaction, session: Session, *, begun: bool = False) -> Done:
    """pending → missed, by the office's word. A repeat adds nothing.

    Raises SessionEnded, also for one that is not over yet; with `begun` for one that has not begun: then a confirmed one is missed too.
    """
    if session.status != "missed":
        _must_be_over(session, session.start_at if begun else session.end_at)
        _missed(tx, session, frm=rules.LIVE if begun else ("pending",))
    return Done(message="Записано: встреча не состоялась.")


def _missed(tx: storage.Transaction, session: Session, *, frm: Sequence[str] = ("pending",)) -> None:
    repository.end(tx, session, "missed", frm=frm)
    facts.record(tx, facts.SessionMissed, session, was=session.status, status="missed")
    if session.payment_due_at:
        free_slot_in(tx, session)


def _must_be_over(session: Session, at: datetime) -> None:
    if not rules.is_live(session.status) or at > clock.now():
        raise SessionEnded({"status": session.status})

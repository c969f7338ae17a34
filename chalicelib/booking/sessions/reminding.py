"""Sessions that rules remind of, which a package above keeps: found when one may be due, and planned from one to the next.

They are looked at once when they are made or change, and then as often as somebody may have to be reminded: a tick costs what is due.
"""

from datetime import datetime

from chalicelib.booking.sessions import repository
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.repository import SessionRaced
from chalicelib.booking.sessions.rules import BY_RULES, LIVE, REMIND, REMIND_BEFORE, RULED
from chalicelib.booking.sessions.telling import guard, specialist_reminder
from chalicelib.core import storage
from chalicelib.core.turns import Part

__all__ = [
    "BY_RULES",
    "LIVE",
    "REMIND_BEFORE",
    "Session",
    "SessionRaced",
    "due",
    "guard",
    "hand_back_in",
    "is_due",
    "plan_in",
    "specialist_reminder",
]

hand_back_in = repository.replan


def due(contour: str, until: datetime, *, everybody: bool) -> list[Part]:
    """Sessions that rules have to look at until then; with `everybody` those too that nobody has given to them yet."""
    planned = Part(Session.by_notice, f"{RULED}-{contour}", Session.notice_at <= until)
    return [planned, Part(Session.by_notice, f"{REMIND}-{contour}")] if everybody else [planned]


def is_due(session: Session, until: datetime) -> bool:
    """Whether rules have to look at a session of those that `due` names: its index lags, and another worker may have looked at it."""
    if session.notice_in == f"{RULED}-{session.contour}":
        return session.notice_at is not None and session.notice_at <= until
    return session.notice_in == f"{REMIND}-{session.contour}"


def plan_in(tx: storage.Transaction, session: Session, at: datetime | None) -> None:
    """Have rules look at a session again then; with None nothing more is to be said before this start.

    The commit raises SessionRaced where it changed since it was read, or another worker has looked at it.
    """
    condition = (Session.status == session.status) & (Session.start_at == session.start_at)
    condition &= (Session.notice_in == session.notice_in) & (Session.notice_at == session.notice_at)
    if at is None:
        start_at = session.start_at
        actions = [Session.reminded_for.set(start_at), *repository.notices(session, reminded_for=start_at)]
    else:
        actions = [Session.notice_in.set(f"{RULED}-{session.contour}"), Session.notice_at.set(at)]
    tx.update(Session.row(session.ticket_id, session.session_id), actions, condition=condition, otherwise=SessionRaced())

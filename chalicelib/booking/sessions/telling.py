"""What is said when a session changes: to the client, to the specialist, and to the ranking that counts sessions ahead."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.rules import LIVE
from chalicelib.booking.slots.service import SlotRef
from chalicelib.booking.specialists.rules import HOUSE
from chalicelib.core import clock, outbox, storage
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging

RECOUNT_AFTER = timedelta(seconds=5)
"""Indexes follow their table in a moment, not at once."""


def booked(tx: storage.Transaction, session: Session, *, cause: str) -> None:
    """Both sides learn of a new session; the client gets his buttons."""
    template = "client_session_confirmed" if session.status == "confirmed" else "client_session_booked"
    template = "client_session_awaits_payment" if session.payment_due_at else template
    _to_client(tx, session, template, cause=cause, statuses=[session.status])
    _to_specialist(tx, session, "specialist_session_booked", cause=cause, statuses=list(LIVE))
    recount(tx, session)
    meet(tx, session)


def confirmed(tx: storage.Transaction, session: Session, *, cause: str) -> None:
    """Both sides learn that the session stands."""
    _to_client(tx, session, "client_session_confirmed", cause=cause, statuses=["confirmed"])
    _to_specialist(tx, session, "specialist_session_confirmed", cause=cause, statuses=["confirmed"])


def cancelled(tx: storage.Transaction, session: Session, *, cause: str) -> None:
    """Both sides learn that the session is off."""
    _to_client(tx, session, "client_session_cancelled", cause=cause)
    _to_specialist(tx, session, "specialist_session_cancelled", cause=cause)
    recount(tx, session)
    meet(tx, session)


def released(tx: storage.Transaction, session: Session, *, cause: str) -> None:
    """The specialist learns that the session is off; the client reads of his new time instead."""
    _to_specialist(tx, session, "specialist_session_cancelled", cause=cause)
    recount(tx, session)
    meet(tx, session)


def moved(tx: storage.Transaction, session: Session, new: SlotRef) -> None:
    """Both sides learn the old and the new time; nobody reads "cancelled"."""
    values = {"old_at": session.start_at.isoformat(), "start_at": new.start_at.isoformat()}
    _to_client(tx, session, "client_session_moved", cause="moved", statuses=list(LIVE), values=values)
    _to_specialist(tx, session, "specialist_session_moved", cause="moved", statuses=list(LIVE), values=values)
    recount(tx, session)
    meet(tx, session)


def payment_expired(tx: storage.Transaction, session: Session) -> None:
    """The client learns that his time went, the specialist that it is free again."""
    _to_client(tx, session, "client_payment_expired", cause="payment_expired")
    _to_specialist(tx, session, "specialist_session_cancelled", cause="payment_expired")
    recount(tx, session)
    meet(tx, session)


def reminder(tx: storage.Transaction, session: Session) -> None:
    """Both sides are reminded, while the session stands and at this time."""
    template = "client_session_reminder" if session.status == "confirmed" else "client_confirm_session"
    _to_client(tx, session, template, cause="session_reminder", statuses=[session.status])
    specialist_reminder(tx, session)


def specialist_reminder(tx: storage.Transaction, session: Session, **how: Any) -> None:
    """The specialist is reminded, while the session stands and at this time; `how` is as `messaging.say` takes it."""
    _to_specialist(tx, session, "specialist_session_reminder", cause="session_reminder", statuses=list(LIVE), **how)


def ask_feedback(tx: storage.Transaction, session: Session) -> None:
    """Both sides are asked how it was."""
    _to_client(tx, session, "client_feedback", cause="session_completed", statuses=["completed"])
    _to_specialist(tx, session, "specialist_feedback", cause="session_completed", statuses=["completed"])


def missed(tx: storage.Transaction, session: Session) -> None:
    """The admin learns of a session whose payment never came."""
    _to_admin(tx, session, "admin_session_missed", cause="session_missed")


def ask_office(tx: storage.Transaction, session: Session) -> None:
    """The admin is asked how a session ended that nobody confirmed; the question goes while nobody has said."""
    values = {"start_at": session.start_at.isoformat()}
    _say(tx, session, messaging.admin(session.contour), "admin_session_held", "session_over", ["pending"], values)


def rated(tx: storage.Transaction, session: Session, rating: int, feedback: str | None) -> None:
    """The admin reads the client's mark."""
    _to_admin(tx, session, "admin_session_rated", cause="session_rated", values={"rating": rating, "feedback": feedback})


def recount(tx: storage.Transaction, session: Session) -> None:
    """Have the specialist's coming sessions counted anew, from the sessions themselves."""
    outbox.send(
        tx,
        "recount",
        {"specialist_id": session.specialist_id},
        lane=f"recount#{session.specialist_id}",
        due_at=clock.wall() + RECOUNT_AFTER,
    )


def meet(tx: storage.Transaction, session: Session) -> None:
    """Have the session's video meeting made, moved or removed, whichever its state asks for; test data has none."""
    if session.contour == "live" and (settings().has_zoom or settings().has_meet):
        payload = {"ticket_id": session.ticket_id, "session_id": session.session_id}
        outbox.send(tx, "conference", payload, lane=f"conference#{session.session_id}")


def _to_client(
    tx: storage.Transaction,
    session: Session,
    template: str,
    *,
    cause: str,
    statuses: list[str] | None = None,
    values: dict[str, Any] | None = None,
) -> None:
    until = _until(session, statuses, values)
    if template == "client_session_awaits_payment":
        until = session.payment_due_at
    _say(tx, session, messaging.client(session.client_id), template, cause, statuses, values, until)


def _to_specialist(
    tx: storage.Transaction,
    session: Session,
    template: str,
    *,
    cause: str,
    statuses: list[str] | None = None,
    values: dict[str, Any] | None = None,
    **how: Any,
) -> None:
    until = _until(session, statuses, values)
    is_house = session.specialist_id == HOUSE
    to = messaging.admin(session.contour) if is_house else messaging.specialist(session.specialist_id)
    _say(tx, session, to, template, cause, statuses, values, until, **how)


def _until(session: Session, statuses: list[str] | None, values: dict[str, Any] | None) -> datetime | None:
    """Words about a session that is ahead are over when it begins; what became of it is news whenever it is heard."""
    ahead = statuses is not None and set(statuses) <= set(LIVE)
    return datetime.fromisoformat((values or {}).get("start_at") or session.start_at.isoformat()) if ahead else None


def _to_admin(tx: storage.Transaction, session: Session, template: str, *, cause: str, values: dict[str, Any] | None = None) -> None:
    _say(tx, session, messaging.admin(session.contour), template, cause, None, values)


def _say(
    tx: storage.Transaction,
    session: Session,
    to: messaging.Recipient,
    template: str,
    cause: str,
    statuses: list[str] | None,
    values: dict[str, Any] | None,
    until: datetime | None = None,
    **how: Any,
) -> None:
    shown = {
        "start_at": session.start_at.isoformat(),
        "specialist_name": session.specialist_name,
        "client_name": session.client_name,
        "lead_number": session.lead_number,
        "ref": f"{session.ticket_id}:{session.session_id}",
        "meeting_url": session.conference_url,
        "payment_due_at": session.payment_due_at.isoformat() if session.payment_due_at else None,
        **(values or {}),
    }
    about = messaging.About(cause, session.contour, session.ticket_id)
    still = guard(session, *(statuses or ()), start_at=shown["start_at"])
    messaging.say(tx, to, template, about, shown, guard=still, until=until, **how)


def guard(session: Session, *statuses: str, start_at: str | None = None) -> dict[str, Any] | None:
    """What must still be true when a message leaves; a cancellation is news whatever happened after it."""
    if not statuses:
        return None
    at = start_at or session.start_at.isoformat()
    return {"kind": "session", "ticket_id": session.ticket_id, "session_id": session.session_id, "start_at": at, "statuses": list(statuses)}

"""What is said of a meeting: its link to both sides, its trouble to the admin."""

from collections.abc import Sequence
from typing import Any

from chalicelib.booking.conference import repository
from chalicelib.booking.conference.errors import AdminTold, Occupied
from chalicelib.booking.conference.rules import LIVE
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session
from chalicelib.core import storage
from chalicelib.core.vendors import VendorBusy, VendorError, VendorRefused
from chalicelib.messaging import service as messaging

Failure = tuple[str, Occupied | VendorError]
"""Who could not hold a meeting, and why."""


def link(tx: storage.Transaction, session: Session, url: str) -> None:
    """Both sides read the link while the session lives, moved meanwhile or not: the link moves with it."""
    about = messaging.About("meeting_made", session.contour, session.ticket_id)
    guard = {name: value for name, value in (sessions.guard(session, *LIVE) or {}).items() if name != "start_at"}
    values = {"meeting_url": url, "specialist_name": session.specialist_name}
    values |= {"client_name": session.client_name, "lead_number": session.lead_number}
    still: dict[str, Any] = {"guard": guard, "until": session.end_at}
    messaging.say(tx, messaging.client(session.client_id), "client_meeting_link", about, values, **still)
    messaging.say(tx, messaging.specialist(session.specialist_id), "specialist_meeting_link", about, values, **still)


def trouble(session: Session, failures: Sequence[Failure]) -> None:
    """The admin learns, once for a session, that its meeting could not be made or stands in another's time."""
    complain(session, words(failures))


def complain(session: Session, reason: str) -> None:
    """The same in these words; who was told of this session before is not told again."""
    tx = storage.Transaction()
    repository.complain(tx, session, reason)
    values = {
        "reason": reason,
        "specialist_name": session.specialist_name,
        "client_name": session.client_name,
        "lead_number": session.lead_number,
        "start_at": session.start_at.isoformat(),
    }
    about = messaging.About("meeting_not_made", session.contour, session.ticket_id)
    messaging.tell_admin(tx, "admin_meeting_trouble", about, values)
    try:
        tx.commit()
    except AdminTold:
        return


def words(failures: Sequence[Failure]) -> str:
    """Who could not and why, as the admin reads it."""
    return "; ".join(f"{title}: {_why(error)}" for title, error in failures) or "видеовстречи не настроены"


def _why(error: Occupied | VendorError) -> str:
    if isinstance(error, Occupied):
        return "в это время занят другой встречей"
    if isinstance(error, VendorRefused):
        return f"отказал ({error.reason})"
    return "просит подождать" if isinstance(error, VendorBusy) else "не отвечает"

"""Climbing the rungs. A session is never cancelled unless a question of ours has reached the client."""

from typing import Any

from chalicelib.aftercare.confirmations import rules
from chalicelib.aftercare.confirmations.rules import Rung
from chalicelib.aftercare.scope import EVERYTHING, Scope, each
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session
from chalicelib.core import clock, ids, storage
from chalicelib.core.settings import settings
from chalicelib.messaging import service as messaging


def climb(scope: Scope = EVERYTHING, *, always: bool = False) -> int:
    """Do the rung that is due for every pending session ahead, each once; how many. `always` plays it switched off too."""
    if not (always or settings().confirmation_ladder):
        return 0
    return each(scope.rows("confirm_sessions", lambda contour: [sessions.pending_within(contour, rules.FIRST)]), _do)


def _do(tx: storage.Transaction, session: Session) -> None:
    ladder = session.ladder if session.ladder and session.ladder["for"] == session.start_at.isoformat() else {}
    rung = rules.due_rung(session.start_at, session.created_at, ladder.get("rung", 0), clock.now())
    if rung is None:
        return
    if rung is Rung.CANCEL:
        _cancel(tx, session, ladder.get("asked", []))
        return
    asked = _ask(tx, session, rung) if rung in (Rung.ASK, Rung.ASK_AGAIN) else _tell_admin(tx, session)
    sessions.climbed_in(tx, session, rung=int(rung), asked=[*ladder.get("asked", []), *asked])


def _values(session: Session) -> dict[str, str | None]:
    return {
        "start_at": session.start_at.isoformat(),
        "specialist_name": session.specialist_name,
        "client_name": session.client_name,
        "lead_number": session.lead_number,
        "ref": f"{session.ticket_id}:{session.session_id}",
    }


def _ask(tx: storage.Transaction, session: Session, rung: Rung) -> list[str]:
    message_id = ids.new()
    about = messaging.About(f"confirmation_{rung.name.lower()}", session.contour, session.ticket_id)
    still: dict[str, Any] = {"guard": sessions.guard(session, "pending"), "until": session.start_at}
    messaging.say(
        tx, messaging.client(session.client_id), "client_confirm_session", about, _values(session), **still, message_id=message_id
    )
    return [message_id]


def _tell_admin(tx: storage.Transaction, session: Session) -> list[str]:
    about = messaging.About("confirmation_tell_admin", session.contour, session.ticket_id)
    messaging.tell_admin(tx, "admin_session_unconfirmed", about, _values(session), until=session.start_at)
    return []


def _cancel(tx: storage.Transaction, session: Session, asked: list[str]) -> None:
    """Cancel what nobody confirmed; where no question of ours arrived the admin decides instead, and is told so once."""
    if messaging.any_sent(asked):
        sessions.cancel_in(tx, session, "not confirmed in time", cause="confirmation_cancel")
        template = "admin_session_cancelled_unconfirmed"
    else:
        sessions.climbed_in(tx, session, rung=int(Rung.CANCEL), asked=asked)
        template = "admin_session_not_asked"
    messaging.tell_admin(tx, template, messaging.About("confirmation_cancel", session.contour, session.ticket_id), _values(session))

"""What the outbox must know of sessions: when a message is stale, where a specialist is reached, how load is counted."""

from datetime import datetime
from typing import Any

from chalicelib.booking.sessions import repository
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import clock, outbox, storage
from chalicelib.messaging import letters


def _stale(session: Session | None, guard: dict[str, Any]) -> str | None:
    """Why a message about a session no longer holds."""
    if session is None:
        return "the session is gone"
    if session.status not in guard["statuses"]:
        return f"the session is {session.status}"
    start_at = guard.get("start_at")  # a message that names no time outlives a move
    return "the session was moved" if start_at and session.start_at != datetime.fromisoformat(start_at) else None


letters.guards["session"] = letters.Guard(lambda guard: Session.at(guard["ticket_id"], guard["session_id"]), _stale)
letters.directories["specialist"] = letters.Directory(Specialist.at)


@outbox.handles("recount")
def recount(effect: outbox.Effect, tx: storage.Transaction) -> None:
    """Keep the days of a specialist's coming sessions beside him; running it twice changes nothing."""
    specialist_id = effect.payload["specialist_id"]
    ahead = repository.live_of_specialist(specialist_id, clock.now())
    specialists.remember_assigned(specialist_id, [session.start_at for session in ahead])

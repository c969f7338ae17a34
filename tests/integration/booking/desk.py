"""What a receptionist can do and see, in a line each."""

from datetime import datetime
from typing import Any

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots.models import Slot
from chalicelib.core import clock, storage
from chalicelib.messaging.models import MessageRow
from tests.builders import SERVICE, Front, application

ANNA = "7012345678"
BORIS = "7012340002"
PHONES = {ANNA: "+7 904 550-15-67", BORIS: "+7 904 550-15-68"}


def applied(front: Front, *slots: str, user_id: str = ANNA, **said: Any) -> str:
    """An application with its chosen slots held; the ticket's id."""
    contact = {"type": "phone", "value": PHONES.get(user_id, f"+7904{user_id[-7:]}")}
    return str(front.post("/submit-application", application(*slots, contact=contact, **said)).ok()["ticket_id"])


def followed(front: Front, ticket_id: str, user_id: str = ANNA) -> str:
    """The same after its link was followed."""
    front.post("/process-link", {"user_id": user_id, "ticket_id": ticket_id}, SERVICE).ok()
    return ticket_id


def booked(front: Front, slot_id: str, user_id: str = ANNA, **said: Any) -> str:
    """A pending session on a slot; its ticket's id."""
    return followed(front, applied(front, slot_id, user_id=user_id, **said), user_id)


def reserved(front: Front, specialist_id: str, slot_id: str, *, paid: bool = False, user_id: str = ANNA) -> str:
    """A diagnostic session that waits for its payment, or is paid; its ticket's id."""
    client = front.post("/client-registration", {"user_id": user_id}, SERVICE).ok()["client_id"]
    payment = {"amount": 3000, "status": "completed" if paid else "pending"}
    body = {"client_id": client, "psychologist_id": specialist_id, "slot_id": slot_id, "payment_info": payment}
    return str(front.post("/process-diagnostic-session-request", body, SERVICE).ok()["ticket_id"])


def confirm(front: Front, ticket_id: str, slot_time: str) -> Any:
    return front.post("/confirm-session-by-client", {"ticket_id": ticket_id, "slot_time": slot_time})


def cancel(front: Front, ticket_id: str, **said: Any) -> Any:
    return front.post("/cancel-session", {"ticket_id": ticket_id, **said})


def move(front: Front, ticket_id: str, new_slot_time: str) -> Any:
    return front.post("/reschedule-session", {"ticket_id": ticket_id, "new_slot_time": new_slot_time})


def rate(front: Front, ticket_id: str, rating: Any, **said: Any) -> Any:
    return front.post("/rate-session", {"ticket_id": ticket_id, "rating": rating, **said})


def free(front: Front, **query: Any) -> list[str]:
    """Ids of the slots that the site shows."""
    return [row["id"] for row in front.get("/get-available-slots", **query).ok()["slots"]]


def status(front: Front, ticket_id: str) -> str:
    return str(front.get("/get-ticket-info", ticket_id=ticket_id).ok()["ticket"]["status"])


def session(ticket_id: str) -> Session:
    """The ticket's newest session as it is stored."""
    return max(Session.query(ticket_id), key=lambda row: row.session_id)


def stored(slot_id: str) -> Slot:
    return Slot.get(slot_id, consistent_read=True)


def said(ticket_id: str | None = None, *, cause: str | None = None, since: datetime | None = None) -> list[str]:
    """Templates of what was queued about a ticket, or about anything; their names begin with whom they are for."""
    rows = [row for row in MessageRow.scan() if row.direction == "out"]
    rows = [row for row in rows if ticket_id in (None, row.ticket_id) and cause in (None, row.cause)]
    return sorted(row.template for row in rows if since is None or row.created_at >= since)


def missed(ticket_id: str, at: datetime) -> None:
    """The office says that nobody came."""
    with clock.pinned(at):
        tx = storage.Transaction()
        sessions.missed_in(tx, sessions.current(ticket_id))
        tx.commit()

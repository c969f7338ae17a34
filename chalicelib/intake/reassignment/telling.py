"""What is said of a reassignment: to the admin and to the client. The specialist who loses the session hears of it from
the session itself, the one who gains it when the client books."""

from typing import Any

from chalicelib.core import storage
from chalicelib.intake.reassignment.case import Case
from chalicelib.intake.reassignment.schemas import Reassigned
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging

CAUSE = "reassigned"


def reassigned(tx: storage.Transaction, case: Case, ticket: Ticket, answer: Reassigned) -> None:
    """The admin reads everything; the client reads what he gave back, what is kept for him, and his new link."""
    about = messaging.About(CAUSE, ticket.contour, ticket.ticket_id)
    values = _values(ticket, answer)
    messaging.tell_admin(tx, "admin_reassigned", about, values)
    old = case.session
    if answer.released and old is not None:
        gone = {"specialist_name": old.specialist_name, "start_at": old.start_at.isoformat()}
        messaging.say(tx, messaging.client(ticket.client_id), "client_reassigned", about, {**values, **gone})
    else:
        messaging.say(tx, messaging.client(ticket.client_id), "client_new_link", about, values)


def _values(ticket: Ticket, answer: Reassigned) -> dict[str, Any]:
    kept = [f"{slot.date} {slot.time} — {slot.psychologist}" for slot in answer.held_slots]
    released = answer.released
    return {
        "lead_number": ticket.lead_number,
        "client_name": ticket.name,
        "contact": ticket.contact,
        "request_text": ticket.request_text,
        "released": f"{released.slot_time} — {released.psychologist}" if released else None,
        "rejected": ", ".join((ticket.rejected_specialists or {}).values()),
        "unknown": ", ".join(answer.unknown_psychologists),
        "slots": kept or ["время подберёт администратор"],
        "taken": ", ".join(slot.slot for slot in answer.taken_slots),
        "matches": [f"{number}. {match.psychologist}: {', '.join(match.reasons)}" for number, match in enumerate(answer.matches, 1)],
        "link": answer.link,
    }

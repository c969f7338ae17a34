"""What the administrator reads of an application."""

from typing import TYPE_CHECKING

from chalicelib.clients.service import Known
from chalicelib.core import storage
from chalicelib.intake.applications.case import Case
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging

if TYPE_CHECKING:
    from chalicelib.intake.applications.schemas import Application, ApplicationAnswer, TakenSlot

NEW = ("admin_application", "application_submitted")
AMENDED = ("admin_application_amended", "application_amended")
"""Templates, and what they are said for."""


def request_of(form: "Application") -> str | None:
    """What is asked for, in the client's own words or by his topics."""
    return form.request_text or "; ".join(form.preferences.specializations) or None


def tell_admin(tx: storage.Transaction, case: Case, ticket: Ticket, known: Known, answer: "ApplicationAnswer") -> None:
    """A new application, or one that was amended; and that its client may be somebody we know already."""
    values = {
        "lead_number": known.lead_number,
        "client_name": ticket.name,
        "contact": ticket.contact,
        "request_text": request_of(case.form),
        "slots": [f"{slot.date} {slot.time} — {slot.psychologist}" for slot in answer.held_slots],
        "taken": _named([slot for slot in answer.taken_slots if slot.reason != "limit"]),
        "limited": _named([slot for slot in answer.taken_slots if slot.reason == "limit"]),
        "unknown": ", ".join(answer.unknown_psychologists),
        "matches": [f"{number}. {match.psychologist}: {', '.join(match.reasons)}" for number, match in enumerate(answer.matches, 1)],
        "link": answer.link,
        "price": ticket.price,
        "order": f"{case.order.number}, {'оплачен' if case.order.paid else 'не оплачен'}" if case.order else None,
    }
    template, cause = AMENDED if case.amends else NEW
    messaging.tell_admin(tx, template, messaging.About(cause, ticket.contour, ticket.ticket_id), values)
    tickets.tell_duplicates(tx, ticket, known)


def _named(taken: "list[TakenSlot]") -> str:
    return ", ".join(slot.slot for slot in taken)

"""What the outbox must know of tickets: when a question to a waiting client is stale."""

from typing import Any

from chalicelib.core import storage
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import letters


def _stale(ticket: Ticket | None, guard: dict[str, Any]) -> str | None:
    """Why a waiting application is not asked about."""
    return None if ticket is not None and ticket.helping_in else "the application waits no longer"


ANSWERS = (
    "client_session_booked",
    "client_session_awaits_payment",
    "client_wait_for_admin",
    "client_new_link",
    "client_hotline",
)
"""What answers an application, and so may go where it was typed, though nobody has proven the address."""


def _typed(message: letters.MessageRow) -> storage.Key | None:
    """The application that a message answers, with the contacts that it typed."""
    return Ticket.at(message.ticket_id) if message.ticket_id else None


letters.answers.update(dict.fromkeys(ANSWERS, _typed))
letters.guards["waiting"] = letters.Guard(lambda guard: Ticket.at(guard["ticket_id"]), _stale)

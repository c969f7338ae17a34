"""What the outbox must know of tickets: when a question to a waiting client is stale."""

from typing import Any

from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import letters


def _stale(ticket: Ticket | None, guard: dict[str, Any]) -> str | None:
    """Why a waiting application is not asked about."""
    return None if ticket is not None and ticket.helping_in else "the application waits no longer"


letters.guards["waiting"] = letters.Guard(lambda guard: Ticket.at(guard["ticket_id"]), _stale)

"""Reads and writes of tickets."""

from collections.abc import Sequence
from datetime import datetime

from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core import clock, storage
from chalicelib.intake.tickets.errors import TicketNotFound, TicketRaced
from chalicelib.intake.tickets.models import Ticket


def get(ticket_id: str) -> Ticket:
    """One ticket. Raises TicketNotFound."""
    (row,) = storage.read(Ticket.at(ticket_id))
    if row is None:
        raise TicketNotFound
    return row


def change(tx: storage.Transaction, ticket: Ticket, actions: Sequence[Action | None], *, condition: Condition) -> None:
    """Change a ticket as it was read."""
    tx.update(Ticket.row(ticket.ticket_id), [*actions, Ticket.updated_at.set(clock.wall())], condition=condition, otherwise=TicketRaced())


def mark_booked(tx: storage.Transaction, ticket: Ticket) -> None:
    """Note that a session came of a ticket."""
    tx.update(Ticket.row(ticket.ticket_id), [Ticket.booked_at.set(clock.wall())])


def of_client(client_id: str, limit: int) -> list[Ticket]:
    """A client's newest tickets."""
    return storage.query(Ticket.by_client, client_id, newest_first=True, limit=limit).rows


def unfollowed(contour: str, until: datetime) -> list[Ticket]:
    """Tickets whose link was made before `until`, not followed and not told about."""
    found = storage.query(Ticket.awaiting_link, contour, between=Ticket.link_created_at <= until, limit=100).rows
    return [row for row in storage.read(*(Ticket.at(row.ticket_id) for row in found)) if row is not None]

"""Writes of applications that a time is chosen for."""

from collections.abc import Sequence
from typing import Any

from chalicelib.core import clock, storage
from chalicelib.intake.tickets import repository as tickets
from chalicelib.intake.tickets.service import Ticket


def hold(tx: storage.Transaction, ticket: Ticket, held: Sequence[dict[str, Any]]) -> None:
    """Note what is held for a waiting application, once; the commit raises TicketRaced where something is, or it waits no more."""
    none_yet = tickets.waiting_at(ticket) & Ticket.held.does_not_exist() & Ticket.booked_at.does_not_exist()
    tickets.change(tx, ticket, [Ticket.held.set(list(held))], condition=none_yet & (Ticket.client_id == ticket.client_id))


def match(tx: storage.Transaction, ticket: Ticket) -> None:
    """The application has its session and waits no longer; the commit raises TicketRaced where it had one already."""
    over = [Ticket.helping_in.remove(), Ticket.help_due_at.remove(), Ticket.awaiting_in.remove()]
    got = [Ticket.status.set("matched"), Ticket.booked_at.set(clock.wall())]
    alone = tickets.waiting_at(ticket) & Ticket.booked_at.does_not_exist() & (Ticket.client_id == ticket.client_id)
    tickets.change(tx, ticket, [*over, *got], condition=alone)

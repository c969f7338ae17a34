"""A form's own number as a link: the site builds it itself and reads none of ours. It is short and guessable, so it opens nothing alone."""

from datetime import timedelta
from typing import Any

from chalicelib.core import clock, ids, storage
from chalicelib.core.patterns import pattern
from chalicelib.intake.tickets import repository
from chalicelib.intake.tickets.models import FormNumber, Ticket

GOOD_FOR = timedelta(hours=48)
"""How long a number leads to a ticket that nobody has followed."""

MOST_BEARERS = 20
"""Tickets that one number leads to: whoever floods a number that he guessed only makes it lead to nobody new."""

_PAYLOAD = pattern(r"[A-Za-z0-9_-]{1,64}")
"""What a link into a bot can carry."""


def key(number: str | None, contour: str) -> storage.Key | None:
    """Where the bearers of a number stand; None for what no link can carry, and for what could be an id of ours."""
    fits = number is not None and _PAYLOAD.fullmatch(number) and not ids.is_ulid(number)
    return repository.number_at(str(number), contour) if fits else None


def bear_in(tx: storage.Transaction, ticket: Ticket, standing: FormNumber | None) -> None:
    """Have a new ticket be found by its form's number, beside those that are found by it already."""
    if key(ticket.form_ticket_id, ticket.contour) and len(standing.ticket_ids if standing else ()) < MOST_BEARERS:
        repository.bear(tx, ticket)


def bearers(row: FormNumber | None) -> list[storage.Key]:
    """Where the tickets stand that a number leads to."""
    return [Ticket.at(ticket_id) for ticket_id in sorted(row.ticket_ids)] if row else []


def is_open(ticket: Any) -> bool:
    """Whether a number still leads a stranger to this ticket."""
    return not ticket.followed_by and ticket.status == "new" and ticket.created_at > clock.wall() - GOOD_FOR

"""What the log says of applications, whatever they came by; `ref` is the ticket."""

from typing import Any

from chalicelib.core import facts, storage
from chalicelib.core.facts import Fact, detailed
from chalicelib.intake.tickets.models import Ticket

DIAGNOSTIC = "diagnostic"


@detailed
class ApplicationMade(Fact):
    """An application was opened; `ticket_kind` says which: by a form, for the helping hand, anew after another, from the database.

    In kopecks: `budget` is what its client can pay, `price` the lowest price of those whom he asked for, or of all.
    """

    ticket_kind: str
    budget: int | None = None
    price: int | None = None


@detailed
class DiagnosticRequested(ApplicationMade):
    """A diagnostic session was asked for, or its ticket opened as it was booked."""


@detailed
class ApplicationAmended(Fact):
    """The same visitor sent an application again with other words; `was_kind` is which it had been."""

    ticket_kind: str
    was_kind: str


class LinkFollowed(Fact):
    """Somebody followed a ticket's link and proved to be its client."""


def opened(tx: storage.Transaction, ticket: Ticket, *, budget: int | None, price: int | None) -> None:
    """Add to a transaction that a ticket is opened."""
    kind = DiagnosticRequested if ticket.kind == DIAGNOSTIC else ApplicationMade
    who: dict[str, Any] = {"subject": ticket.client_id, "contour": ticket.contour, "ref": ticket.ticket_id}
    facts.record(tx, kind(**who, at=ticket.created_at, ticket_kind=ticket.kind, budget=budget, price=price))


def amended(tx: storage.Transaction, ticket: Ticket, standing: Ticket) -> None:
    """Add to a transaction that a ticket says something else; it is counted for the day of its opening."""
    who: dict[str, Any] = {"subject": ticket.client_id, "contour": ticket.contour, "ref": ticket.ticket_id}
    facts.record(tx, ApplicationAmended(**who, day_at=standing.created_at, ticket_kind=ticket.kind, was_kind=standing.kind))


def followed(tx: storage.Transaction, ticket: Ticket, client_id: str) -> None:
    """Add to a transaction that a ticket's link was followed by its client."""
    facts.record(tx, LinkFollowed(subject=client_id, contour=ticket.contour, ref=ticket.ticket_id))

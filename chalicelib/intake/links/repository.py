"""Reads and writes of links: who was asked, and whose a ticket became."""

from datetime import timedelta

from pynamodb.expressions.condition import Condition

from chalicelib.clients.service import Known
from chalicelib.core import clock, storage
from chalicelib.intake.links.models import ContactQuestion
from chalicelib.intake.tickets import repository as tickets
from chalicelib.intake.tickets.models import Ticket

KEPT = timedelta(days=30)


def question(account: str) -> ContactQuestion | None:
    """What an account was asked about last."""
    (row,) = storage.read(ContactQuestion.at(account))
    return row


def ask(tx: storage.Transaction, ticket: Ticket, account: str) -> None:
    """Remember that this account follows the link and was asked; the commit raises TicketRaced where the ticket has changed."""
    ask_of(tx, ticket.ticket_id, ticket.contour, account)
    tickets.change(tx, ticket, [Ticket.asked_by.add({account})], condition=_unfollowed(ticket) & _asked_as_read(ticket))


def ask_of(tx: storage.Transaction, reference: str, contour: str, account: str) -> None:
    """Remember what this account followed, and was asked about."""
    now = clock.wall()
    tx.put(ContactQuestion(account, ticket_id=reference, contour=contour, asked_at=now, expires_at=now + KEPT))


def answered(tx: storage.Transaction, account: str) -> None:
    """The account has said who it is."""
    tx.delete(ContactQuestion.row(account))


def bind(tx: storage.Transaction, ticket: Ticket, account: str, known: Known, answer: str, *, folded: bool, booked: bool) -> None:
    """The ticket is this account's, with a session where one was `booked`.

    The commit raises TicketRaced where another account was faster, or another session: the office books a diagnostic one itself.
    """
    actions = [
        Ticket.followed_by.set(account),
        Ticket.followed_at.set(clock.now()),
        Ticket.awaiting_in.remove(),
        Ticket.status.set("linked"),
        Ticket.tie.set("proven"),
        Ticket.client_id.set(known.client_id),
        Ticket.lead_number.set(known.lead_number),
        Ticket.was_client.set(ticket.client_id) if folded else None,
        Ticket.link_answer.set(answer),
        Ticket.booked_at.set(clock.wall()) if booked else None,
    ]
    condition = _unfollowed(ticket) & Ticket.booked_at.does_not_exist() if booked else _unfollowed(ticket)
    tickets.change(tx, ticket, actions, condition=condition)


def refuse(tx: storage.Transaction, ticket: Ticket, account: str) -> None:
    """Remember another account that followed a link which is taken; the commit raises TicketRaced where it is known already."""
    fresh = Ticket.other_accounts.does_not_exist() | ~Ticket.other_accounts.contains(account)
    tickets.change(tx, ticket, [Ticket.other_accounts.add({account})], condition=fresh)


def _unfollowed(ticket: Ticket) -> Condition:
    same_client = (Ticket.client_id == ticket.client_id) & (Ticket.status == ticket.status)
    return Ticket.followed_by.does_not_exist() & same_client


def _asked_as_read(ticket: Ticket) -> Condition:
    return Ticket.asked_by == ticket.asked_by if ticket.asked_by else Ticket.asked_by.does_not_exist()

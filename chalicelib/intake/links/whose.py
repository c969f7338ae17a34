"""Whose a ticket is, when an account follows its link: nobody is believed to be whom a form merely named."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.clients import service as clients
from chalicelib.clients.service import Identity, Known, Made, Person
from chalicelib.core import ids, storage
from chalicelib.intake.links import repository
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.models import Ticket
from chalicelib.messaging import service as messaging

MOST_OTHERS = 20
"""How many other accounts that followed one link are noted, and told about."""


@dataclass(frozen=True, slots=True)
class Owner:
    """Who the ticket's person turned out to be; `folded` where the client whom the ticket had made is him."""

    known: Known
    folded: bool = False


def settle(
    tx: storage.Transaction, ticket: Ticket, person: Person, rows: Sequence[Identity | None], *, alone: bool, replied: bool
) -> Owner | None:
    """The ticket's person; None while he must first say who he is.

    An account that we know takes the ticket. A new one is the client whom this very ticket made, if he is `alone` its. Otherwise
    it shares its phone (which `person` then has) or will not (`replied` without one), and becomes whom that proves, or himself.
    """
    made = Made(ticket.ticket_id, ticket.client_id, ticket.lead_number, frozenset(ticket.made_signs or ()))
    own, said = ticket.tie == "made" and alone, tickets.said_in(ticket)
    if rows[0] is None and own:
        return Owner(clients.bind(tx, made, person=person, rows=rows, contour=ticket.contour, said=said))
    if rows[0] is None and not replied:
        return None
    if rows[0] is not None and person.phone:  # what it proves of the phone is written after this: two words about one row are refused
        rows, person = [row for row, key in zip(rows, _kinds(person), strict=True) if key != "phone"], replace(person, phone=None)
    new_id = ids.derived(ticket.ticket_id, "client", str(person.telegram_id), at=ticket.created_at)
    known = clients.come_forward(tx, person=person, rows=rows, contour=ticket.contour, new_id=new_id, said=said)
    if known.client_id == ticket.client_id:
        return Owner(known)
    if own:
        clients.fold(tx, made, known, ticket.contour)
        return Owner(known, folded=True)
    _tell_admin(tx, ticket, known, person)
    return Owner(known)


def _kinds(person: Person) -> list[str]:
    """What each row of `clients.keys` is about."""
    present = (("telegram", person.telegram_id), ("phone", person.phone), ("username", person.telegram_username))
    return [kind for kind, said in present if said]


def _tell_admin(tx: storage.Transaction, ticket: Ticket, known: Known, person: Person) -> None:
    """Whose is this? The form named one client, and another came."""
    values = {
        "lead_number": known.lead_number,
        "named": ticket.lead_number,
        "client_name": ticket.name,
        "contact": ticket.contact,
        "account": account_of(person),
        "shared": "Номер телефона подтверждён." if person.phone else None,
    }
    messaging.tell_admin(tx, "admin_whose_ticket", messaging.About("link_followed", ticket.contour, ticket.ticket_id), values)


def account_of(person: Person) -> str:
    """A Telegram account as the admin reads it."""
    return f"@{person.telegram_username}" if person.telegram_username else str(person.telegram_id)


def tell_of_another(tx: storage.Transaction, ticket: Ticket, person: Person, template: str, values: dict[str, str | None]) -> None:
    """Tell the admin who else followed a link, once for each account; the commit raises TicketRaced where he was just told."""
    account, others = str(person.telegram_id), ticket.other_accounts or set()
    if account in others or len(others) >= MOST_OTHERS:
        return
    repository.refuse(tx, ticket, account)
    about = messaging.About("link_followed_by_another", ticket.contour, ticket.ticket_id)
    messaging.tell_admin(tx, template, about, {"lead_number": ticket.lead_number, "client_name": ticket.name, **values})

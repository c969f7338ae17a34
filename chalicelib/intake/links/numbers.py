"""Following a form's own number: anybody may guess it, so a ticket is given only to whose its typed contact is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain

from chalicelib.booking.specialists import service as specialists
from chalicelib.clients import service as clients
from chalicelib.clients.service import Identity, IdentityRaced, Person
from chalicelib.core import ids, storage
from chalicelib.core.schemas import CONTOURS
from chalicelib.intake.links import repository, whose
from chalicelib.intake.links.schemas import LinkAnswer
from chalicelib.intake.tickets import numbers
from chalicelib.intake.tickets.errors import TicketNotFound, TicketRaced
from chalicelib.intake.tickets.models import Ticket

Completion = Callable[[storage.Transaction, LinkAnswer], None]

MOST_TOLD = 3
"""Of how many tickets of one number the office is asked whose they are, newest first."""

ASK = "Чтобы открыть вашу заявку, подтвердите свой номер телефона."
NOT_HIS = "Мы не нашли заявки с вашим контактом и передали администратору: он разберётся и напишет вам."


@dataclass(frozen=True, slots=True)
class Way:
    """Where a number leads an account: to the one ticket that is his, else to those that may be somebody's (`open`, newest first)."""

    number: str
    contour: str
    open: Sequence[Ticket] = ()
    ticket_id: str | None = None


def find(person: Person, number: str, *, replied: bool) -> Way | None:
    """Where a form's number leads this account: two reads; None for what is no form's number.

    The live contour's forms come first. Raises TicketNotFound where all are followed by others, or are too old.
    """
    keys = [numbers.key(number, contour) for contour in CONTOURS]
    theirs = specialists.account_key(person.telegram_id, "live")
    ticket, account, *rows = storage.read(Ticket.at(number), theirs, *(key for key in keys if key))
    known = [(contour, row) for contour, row in zip(CONTOURS, rows, strict=False) if row is not None]
    if ticket is not None or not known:
        return None
    contour, row = known[0]
    found = [one for one in storage.read(*numbers.bearers(row)) if one is not None]
    mine = next((one for one in found if one.followed_by == person.telegram_id), None)
    left = sorted(filter(numbers.is_open, found), key=lambda one: one.created_at, reverse=True)
    if mine is None and not left:
        raise TicketNotFound
    if mine is None and specialists.bearer(account) and contour == "live":  # he is told what it is, and given nothing
        mine = left[0]
    mine = mine or _his(person, left, contour, replied=replied)
    return Way(number, contour, left, mine.ticket_id if mine else None)


def _his(person: Person, left: Sequence[Ticket], contour: str, *, replied: bool) -> Ticket | None:
    """The ticket whose typed contact is this account's own; where two people may bear the number, not before he has shared his phone."""
    if len(left) > 1 and not replied:
        return None
    named = {person.telegram_id, person.telegram_username} - {None}
    by_phone = next((one for one in left if person.phone and one.phone == person.phone), None)
    by_name = by_phone or next((one for one in left if one.telegram in named), None)
    return by_name or _proven(person, left, contour)


def _proven(person: Person, left: Sequence[Ticket], contour: str) -> Ticket | None:
    """The newest ticket whose very contact the account's client has proven before: one read."""
    typed = [clients.keys(Person(phone=one.phone, email=one.email), contour) for one in left]
    account, *rows = storage.read(*clients.keys(Person(telegram_id=person.telegram_id), contour), *chain.from_iterable(typed))
    signs = dict(zip(chain.from_iterable(typed), rows, strict=True))
    return next((one for one, keys in zip(left, typed, strict=True) if any(_is_proven(signs[key], account) for key in keys)), None)


def _is_proven(sign: Identity | None, account: Identity | None) -> bool:
    return bool(sign and account and sign.proven and not sign.hint and sign.client_id == account.client_id)


def ask(person: Person, way: Way, complete: Completion) -> LinkAnswer:
    """Ask for the phone, and tell nothing: not even that there is a ticket, but that somebody may have one."""
    tx = storage.Transaction()
    repository.ask_of(tx, way.number, way.contour, str(person.telegram_id))
    answer = LinkAnswer(message=ASK, ticket_id=way.number, contact_needed=True)
    complete(tx, answer)
    tx.commit()
    return answer


@storage.again(IdentityRaced, TicketRaced)
def come(person: Person, way: Way, complete: Completion) -> LinkAnswer:
    """Who has said who he is and typed none of the contacts is a client of his own; the office is asked whose the tickets are.

    Nothing of theirs changes: what they hold they hold on.
    """
    rows = storage.read(*(Ticket.at(one.ticket_id) for one in way.open[:MOST_TOLD]), *clients.keys(person, way.contour))
    told = min(len(way.open), MOST_TOLD)
    tx = storage.Transaction()
    known = clients.come_forward(tx, person=person, rows=rows[told:], contour=way.contour, new_id=ids.new())
    for ticket in filter(None, rows[:told]):
        said = {"number": way.number, "named": ticket.lead_number, "lead_number": known.lead_number, "contact": ticket.contact}
        shared = "Номер телефона подтверждён." if person.phone else None
        more = {"account": whose.account_of(person), "shared": shared}
        whose.tell_of_another(tx, ticket, person, "admin_whose_number", {**said, **more})
    repository.answered(tx, str(person.telegram_id))
    answer = LinkAnswer(message=NOT_HIS, ticket_id=way.number, client_id=known.lead_number, over=True)
    complete(tx, answer)
    tx.commit()
    return answer

"""Which application a page means: by the token of the bot's link, which is a proof, or by the form's number, which anybody guesses."""

from dataclasses import dataclass

from chalicelib.access import pages
from chalicelib.core import clock, page_token, storage
from chalicelib.core.client_token import BadToken
from chalicelib.intake.applications.rules import HELPING_HAND
from chalicelib.intake.helping.errors import NumberAmbiguous
from chalicelib.intake.tickets import numbers
from chalicelib.intake.tickets.errors import TicketNotFound
from chalicelib.intake.tickets.service import Ticket

LIVE = "live"


@dataclass(frozen=True, slots=True)
class Way:
    """An application, and whether who asks has `proven` that it is his."""

    ticket: Ticket
    proven: bool

    @property
    def is_open(self) -> bool:
        """Whether a time may be chosen: while it waits, and by its number alone once, within 48 hours of the form."""
        waits = bool(self.ticket.helping_in) and not self.ticket.booked_at
        return waits and (self.proven or (is_young(self.ticket) and not self.ticket.held))


def find(said: str) -> Way:
    """Raises BadToken; TicketNotFound or NumberAmbiguous for a number that means no application, or two."""
    if page_token.is_one(said):
        return Way(by_page(said), proven=True)
    found = bearers(said)
    young = [ticket for ticket in found if ticket.helping_in and is_young(ticket)]
    if not found:
        raise TicketNotFound
    if len(young) > 1:
        raise NumberAmbiguous
    return Way((young or found)[0], proven=False)


def by_page(token: str) -> Ticket:
    """The application that a page's token is about. Raises BadToken, also where it has become another's since."""
    claims = pages.shown(pages.HELP, token)
    (ticket,) = storage.read(Ticket.at(claims.about or ""))
    if ticket is None or ticket.client_id != claims.client_id or not ticket.is_proven:
        raise BadToken("void")
    return ticket


def bearers(number: str) -> list[Ticket]:
    """The helping-hand applications of a form's number, newest first: two reads, none for what is no number."""
    key = numbers.key(number, LIVE)
    (row,) = storage.read(key) if key else (None,)
    found = storage.read(*numbers.bearers(row)) if row else []
    mine = [ticket for ticket in found if ticket is not None and ticket.kind == HELPING_HAND]
    return sorted(mine, key=lambda ticket: ticket.created_at, reverse=True)


def is_young(ticket: Ticket) -> bool:
    """Whether its form came within 48 hours."""
    return bool(ticket.created_at > clock.wall() - numbers.GOOD_FOR)

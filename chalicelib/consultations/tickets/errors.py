"""What can go wrong with a consultation."""

from chalicelib.core.errors import BadRequest, Busy, NotFound


class TicketUnknown(NotFound):
    code = "ticket_not_found"
    message = "Ticket not found"


class TwoClients(BadRequest):
    code = "two_clients"
    message = "client.client_id and consultation.client_id name different clients"


class NumberTaken(Busy):
    """Another consultation of this client was written a moment ago: look again."""

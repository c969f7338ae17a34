"""What can go wrong with a ticket."""

from chalicelib.core.errors import Busy, Conflict, NotFound


class TicketNotFound(NotFound):
    code = "ticket_not_found"
    message = "No ticket is known by this id."


class LinkTaken(Conflict):
    code = "link_taken"
    message = "Another Telegram account has followed this link; the administrator was told."


class TicketRaced(Busy):
    """Somebody changed the ticket meanwhile: look again."""

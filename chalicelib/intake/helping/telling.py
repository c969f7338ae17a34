"""What is said of a time that was chosen by a form's number alone: to the client where we can reach him, and to the office."""

from datetime import datetime

from chalicelib.booking.slots.service import Slot
from chalicelib.core import storage
from chalicelib.intake.tickets.service import Ticket
from chalicelib.messaging import service as messaging


def held(tx: storage.Transaction, ticket: Ticket, slot: Slot, until: datetime) -> None:
    """Who has proven that the application is his is asked whether the time is; the words are over with the hold."""
    about = messaging.About("help_time_held", ticket.contour, ticket.ticket_id)
    what = {"specialist_name": slot.specialist_name, "start_at": slot.start_at.isoformat(), "until_at": until.isoformat()}
    named = {"client_name": ticket.name, "lead_number": ticket.lead_number}
    messaging.tell_admin(tx, "admin_help_held", about, {**what, **named})
    if ticket.is_proven:
        values = {**what, "client_name": ticket.name, "ref": ticket.ticket_id}
        messaging.say(tx, messaging.client(ticket.client_id), "client_help_held", about, values, until=until)

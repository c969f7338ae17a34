"""Where an appointment is found by its number, and where it gets one."""

from chalicelib.appointments.booking.models import Appointment
from chalicelib.core import clock, storage

COUNTER = "crm-appointment"


def number() -> int:
    """A number that no appointment has: one call."""
    return storage.next_number(COUNTER)


def key(number: int) -> storage.Key:
    """Where the session of a number is named."""
    return Appointment.at(str(number))


def create(tx: storage.Transaction, number: int, *, ticket_id: str, session_id: str, by: str, reason: str | None) -> None:
    """Have a number name a session."""
    whose = Appointment(number=str(number), ticket_id=ticket_id, session_id=session_id)
    whose.by, whose.reason, whose.created_at = by, reason, clock.wall()
    tx.create(whose)

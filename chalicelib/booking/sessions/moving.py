"""Where a session may move to."""

from datetime import datetime

from chalicelib.booking.sessions import rules
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot

LOOKED_AT = 50
"""Free slots among which long enough ones are looked for."""


def free_for(session: Session, *, start: datetime | None = None, limit: int = 5) -> list[Slot]:
    """The soonest free slots of its specialist, or those at one moment; an appointment takes as long as it was booked for."""
    if session.origin != rules.BY_RULES:
        return slots.free_of_specialist(session.specialist_id, start=start, limit=limit)
    found = slots.free_of_specialist(session.specialist_id, start=start, limit=LOOKED_AT)
    return [slot for slot in found if slot.minutes >= session.minutes][:limit]

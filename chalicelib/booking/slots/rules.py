"""What a slot is to others, and how its time is written. Pure: no store, no clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class SlotRef:
    """What a booking needs to know of a slot."""

    slot_id: str
    specialist_id: str
    specialist_name: str
    start_at: datetime
    minutes: int

    @property
    def end_at(self) -> datetime:
        """When the slot's time is over."""
        return self.start_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a slot becomes: the ticket and session it serves, and the client with what people call him."""

    contour: str
    ticket_id: str
    session_id: str
    client_id: str
    lead_number: str | None = None
    client_name: str | None = None


def day_text(moment: datetime, zone: ZoneInfo) -> str:
    """``DD.MM`` in the business zone."""
    local = moment.astimezone(zone)
    return f"{local.day:02}.{local.month:02}"  # strftime takes three times as long, and lists have hundreds of slots


def time_text(moment: datetime, zone: ZoneInfo) -> str:
    """``HH:mm`` in the business zone."""
    local = moment.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}"


def slot_text(moment: datetime, zone: ZoneInfo) -> str:
    """``DD.MM HH:mm`` in the business zone."""
    return f"{day_text(moment, zone)} {time_text(moment, zone)}"

"""What a slot is called and whether it may be taken: by its row, by the business clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.booking.slots import wording
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.rules import SlotRef, slot_text
from chalicelib.booking.slots.shown import FreeSlot
from chalicelib.core import clock
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.core.zones import short_name

HORIZON = timedelta(days=366)
"""How far ahead slots are shown and looked for."""


def zone() -> ZoneInfo:
    """The business zone."""
    return settings().zone


def text(moment: datetime) -> str:
    """``DD.MM HH:mm`` in the business zone."""
    return slot_text(moment, zone())


def told(moment: datetime) -> str:
    """The same with the zone's name, for a person: ``12.03 10:00 МСК``."""
    return f"{text(moment)} {short_name(zone(), moment)}"


def parse(value: str, *loc: str) -> datetime:
    """The moment that ``DD.MM HH:mm`` or ISO text means. Raises Invalid naming the field."""
    try:
        return wording.parse_time(value, clock.now(), zone())
    except ValueError as error:
        raise Invalid.field(*loc, msg=f"{error}", kind="slot_time") from error


def view(slot: Slot | SlotRef) -> FreeSlot:
    """A slot as the site shows it."""
    start_at = slot.start_at
    date, time = text(start_at).split()
    return FreeSlot(
        id=slot.slot_id,
        psychologist_id=slot.specialist_id,
        psychologist=slot.specialist_name,
        start_at=utc_text(start_at),
        date=date,
        time=time,
        minutes=int(slot.minutes),
    )


def is_free(slot: Slot, ticket_id: str | None = None) -> bool:
    """Whether anyone, or this ticket, may take the slot now."""
    over = slot.state == "held" and slot.hold_until is not None and slot.hold_until < clock.now()
    return slot.state == "free" or over or (slot.state == "held" and ticket_id is not None and slot.ticket_id == ticket_id)

"""What a slot is to others, and how its time is written. Pure: no store, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

NEAR = timedelta(hours=3)
"""Chosen times this close are looked for together, with the slots between them."""

MOST_SPANS = 5
"""The most pieces of time that one choice is looked for in."""


@dataclass(frozen=True, slots=True)
class SlotRef:
    """What a booking needs to know of a slot; `is_made` where it is made for one client, and offered to nobody."""

    slot_id: str
    specialist_id: str
    specialist_name: str
    start_at: datetime
    minutes: int
    is_made: bool = False

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


def spans(starts: Sequence[datetime], most: int = MOST_SPANS) -> list[tuple[datetime, datetime]]:
    """First and last of each run of neighbouring moments, cut at the widest gaps: a dense week between two times is not read."""
    moments = sorted(set(starts))
    gaps = sorted(((after - before, after) for before, after in pairwise(moments) if after - before > NEAR), reverse=True)
    cuts = sorted(after for _, after in gaps[: most - 1])
    runs = [[moment for moment in moments if sum(cut <= moment for cut in cuts) == place] for place in range(len(cuts) + 1)]
    return [(run[0], run[-1]) for run in runs if run]

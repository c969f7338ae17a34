"""Time that is made for one client: booked as it comes to be, offered to nobody, and gone with its session.

What is only offered then gives way and waits, as for an event (`own.occupy_in`); what somebody owns or holds stays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.booking.calendar.service import DayChanged, Days
from chalicelib.booking.slots import placing, reading, repository
from chalicelib.booking.slots.errors import SlotTaken
from chalicelib.booking.slots.mirror import new_slot
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.rules import Owner, SlotRef
from chalicelib.core import ids, storage


@dataclass(frozen=True, slots=True)
class Room:
    """Where time is to be made: the specialist's days, and the slots that stand in its way, as they were read."""

    days: Days
    rows: Sequence[Slot | None] = ()


def hour(specialist_id: str, name: str, start_at: datetime, minutes: int) -> SlotRef:
    """Time that may be made of a specialist's: a new slot, whatever stands or stood at that moment."""
    return SlotRef(ids.new(), specialist_id, name, start_at, minutes, is_made=True)


def in_the_way(days: Days, what: SlotRef) -> list[storage.Key]:
    """Where the slots are read that stand where time is to be made."""
    return [Slot.at(slot_id) for slot_id in placing.in_the_way(days, what)]


def give_way(rows: Sequence[Slot | None]) -> bool:
    """Whether all that stands in the way is only offered: free, or held no longer."""
    return len(rows) <= placing.MOST and all(row is not None and reading.is_free(row) for row in rows)


def make_in(tx: storage.Transaction, room: Room, what: SlotRef, owner: Owner) -> list[Slot]:
    """Make time that is its owner's for good; what is only offered there waits until this is gone.

    Returns those slots of it whose payment did not come, and whose sessions the caller ends. Raises SlotTaken where one of
    them is somebody's; the commit raises DayChanged where the day, or one of them, was written meanwhile.
    """
    rows = [row for row in room.rows if row is not None]
    if not give_way(room.rows):
        raise SlotTaken
    placing.cut_in(tx, room.days, what, rows)
    slot = new_slot(what.slot_id, owner.contour, what, listed=True)
    slot.is_made, slot.state, slot.free_in, slot.free_of = True, "booked", None, None
    slot.ticket_id, slot.session_id, slot.client_id = owner.ticket_id, owner.session_id, owner.client_id
    slot.client_name, slot.lead_number = owner.client_name, owner.lead_number
    tx.create(slot, otherwise=DayChanged())
    placing.write_in(tx, room.days)
    return [row for row in rows if row.session_id]


def remove_in(tx: storage.Transaction, what: SlotRef, session_id: str, *, otherwise: Exception) -> None:
    """Take made time out of the calendar; what had given way to it is offered again, where nothing else stands there.

    A read of the day and one of what was cut. The commit raises `otherwise` where its session has it no more, or the day changed.
    """
    slot, days = Slot.row(what.slot_id), Days().look(what.specialist_id, placing.time_of(what))
    tx.delete(slot, condition=repository.owned_by(session_id), otherwise=otherwise)
    days.leave(what.specialist_id, placing.time_of(what))
    placing.write_in(tx, days, what, otherwise=otherwise)

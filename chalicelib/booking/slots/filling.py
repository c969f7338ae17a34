"""Days made from slots that stood before days were kept. Run as often as wanted, while traffic runs."""

from collections.abc import Iterator
from enum import StrEnum

from chalicelib.booking.calendar.service import DayChanged, Days
from chalicelib.booking.slots import placing, repository
from chalicelib.booking.slots.errors import SlotTaken
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.reading import HORIZON
from chalicelib.core import clock, storage

STANDING = ("booked", "taken", "held", "free")
"""Who stands where two overlap: the one that somebody owns, whatever was made first."""


class Filled(StrEnum):
    """What became of one slot."""

    KNOWN = "known"
    STANDS = "stands"
    CUT = "cut"
    CONTRADICTION = "contradiction"


def of_specialist(specialist_id: str, *, dry_run: bool) -> Iterator[tuple[Slot, Filled, list[str]]]:
    """Each slot ahead, what became of it (or would), and the slots that stand in its way."""
    found = repository.all_of(specialist_id, clock.now(), clock.now() + HORIZON)
    foreseen = Days()
    for slot in sorted((row for row in found if row.state in STANDING), key=_precedence):
        if dry_run:
            yield slot, *_decide(foreseen, slot)
        elif filled := _fill(slot.slot_id):
            yield slot, *filled


def _precedence(slot: Slot) -> tuple[int, str, str]:
    """The owned before the free; then the one that its source told of first, ours before all."""
    owned = 0 if slot.session_id else 1 + STANDING.index(slot.state)
    return owned, slot.source_event_at.isoformat() if slot.source_event_at else "", slot.slot_id


@storage.again(DayChanged, SlotTaken, times=6)
def _fill(slot_id: str) -> tuple[Filled, list[str]] | None:
    """Write one slot's time into its days; None where the slot is gone or cut meanwhile."""
    (slot,) = storage.read(Slot.at(slot_id))
    if slot is None or slot.state not in STANDING:
        return None
    days, tx = Days(), storage.Transaction()
    filled, others = _decide(days, slot)
    if filled is Filled.STANDS:
        repository.touch(tx, slot, otherwise=SlotTaken())  # whoever removes it meanwhile has not seen the day
    elif filled is Filled.CUT:
        repository.cut(tx, slot, others, otherwise=SlotTaken())
    else:
        return filled, others
    days.write_in(tx)
    tx.commit()
    return filled, others


def _decide(days: Days, slot: Slot) -> tuple[Filled, list[str]]:
    if days.has(slot.specialist_id, placing.time_of(slot)):
        return Filled.KNOWN, []
    others = placing.in_the_way(days, placing.ref(slot))
    if others and (slot.session_id or slot.state == "taken"):
        return Filled.CONTRADICTION, others
    placing.place(days, placing.ref(slot))
    return (Filled.CUT if others else Filled.STANDS), others

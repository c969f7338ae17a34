"""What a specialist does with her own time: she offers hours, withdraws free ones, and is busy with something else.

All of it stands in the one calendar: whatever overlaps is not written, and days are written with it as everywhere.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.booking.calendar.service import DayChanged, Days
from chalicelib.booking.slots import facts, placing, reading, repository, wording
from chalicelib.booking.slots.errors import SlotInUse, SlotNotFound, SlotOverlaps, SlotPast
from chalicelib.booking.slots.mirror import new_slot
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.rules import SlotRef
from chalicelib.booking.specialists.service import Specialist
from chalicelib.core import clock, ids, storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings

GONE = ("deleted", "cut")
"""States in which a slot is none of those that stand."""


FAR = timedelta(days=366 * 50)
"""Further from now no slot of hers is looked for."""


def hour(person: Specialist, start_at: datetime, minutes: int | None = None) -> SlotRef:
    """An hour of hers: the same moment is the same slot, as the desk names it."""
    start = start_at.astimezone(UTC).replace(microsecond=0)
    slot_id = ids.derived("slot", person.specialist_id, at=start)
    return SlotRef(slot_id, person.specialist_id, person.name, start, minutes or settings().session_minutes)


def find(person: Specialist, said: str, *loc: str) -> Slot:
    """A slot of hers by its id or its moment, whatever its state. Raises SlotNotFound, also for somebody else's, and Invalid."""
    if wording.is_time(said):
        return at(person, reading.parse(said, *loc))
    (slot,) = storage.read(Slot.at(said))
    if slot is None or not _is_hers(person, slot):
        raise SlotNotFound
    return slot


def at(person: Specialist, moment: datetime) -> Slot:
    """The slot of hers that begins at a moment, one that stands before one that is cut. Raises SlotNotFound."""
    if not abs(moment - clock.now()) < FAR:  # nothing of hers is there, and not every such moment has a name in every zone
        raise SlotNotFound
    made_here = storage.read(Slot.at(hour(person, moment).slot_id))
    listed = storage.whole(repository.all_of(person.specialist_id, moment, moment))
    found = {
        slot.slot_id: slot for slot in (*made_here, *listed) if slot is not None and slot.start_at == moment and _is_hers(person, slot)
    }
    if not found:
        raise SlotNotFound
    return min(found.values(), key=lambda slot: (slot.state in GONE, slot.slot_id))


def _is_hers(person: Specialist, slot: Slot) -> bool:
    return bool(slot.specialist_id == person.specialist_id and slot.contour == person.contour and slot.state != "deleted")


@storage.again(DayChanged, times=8)
def offer(person: Specialist, start_at: datetime) -> Slot | SlotRef:
    """Offer an hour; one that is offered already stays. Raises SlotPast, or SlotOverlaps naming what stands there."""
    what = hour(person, start_at)
    if what.start_at <= clock.now():
        raise SlotPast({"start_at": utc_text(what.start_at)})
    tx, days = storage.Transaction(), Days().look(person.specialist_id, placing.time_of(what))
    others = placing.in_the_way(days, what)
    if not others and not change_in(tx, days, person, opened=[what], ref=what.slot_id):
        tx.commit()
        return what
    (standing,) = storage.read(Slot.at(others[0] if others else what.slot_id))
    if standing is None or standing.start_at != what.start_at or standing.state != "free":
        raise SlotOverlaps({"slot_id": others[0] if others else what.slot_id, "start_at": utc_text(what.start_at)})
    return standing


@storage.again(DayChanged, times=8)
def withdraw(person: Specialist, slot: Slot) -> None:
    """Take back an hour that nobody has; her time is her own again. Raises SlotInUse while somebody owns it."""
    tx, days = storage.Transaction(), Days().look(slot.specialist_id, placing.time_of(slot))
    change_in(tx, days, person, withdrawn=[slot], ref=slot.slot_id)
    tx.commit()


def change_in(
    tx: storage.Transaction,
    days: Days,
    person: Specialist,
    *,
    ref: str,
    opened: Sequence[SlotRef] = (),
    withdrawn: Sequence[Slot] = (),
    plan_id: str | None = None,
) -> list[SlotRef]:
    """Withdraw free hours and offer others; those in whose way something stands are not written: they are what is returned.

    The commit raises SlotInUse where a withdrawn one is somebody's by now, DayChanged where a day was written meanwhile.
    """
    for slot in withdrawn:
        tx.delete(slot, condition=_nobodys() & repository.unmoved(slot), otherwise=SlotInUse())
        placing.leave(days, slot)
    rows = storage.read(*(Slot.at(what.slot_id) for what in opened))
    written, skipped = [], []
    for what, row in zip(opened, rows, strict=True):
        if row is not None or placing.in_the_way(days, what):
            skipped.append(what)
            continue
        placing.place(days, what)
        slot = new_slot(what.slot_id, person.contour, what, listed=person.active)
        slot.plan_id = plan_id
        tx.create(slot, otherwise=DayChanged())
        written.append(what)
    if written or withdrawn:
        facts.hours(tx, contour=person.contour, ref=ref, specialist_id=person.specialist_id, opened=len(written), withdrawn=len(withdrawn))
        placing.write_in(tx, days, *withdrawn)
    return skipped


def _nobodys() -> Any:
    """Free, cut, or held no longer; and no event's."""
    unowned = Slot.state.is_in("free", "cut") | repository.unheld() & Slot.session_id.does_not_exist()
    return unowned & Slot.event_id.does_not_exist()


def occupy_in(tx: storage.Transaction, person: Specialist, what: SlotRef, *, event_id: str) -> None:
    """Have an event take her time; what is only offered then gives way to it and waits. Raises SlotOverlaps where a client's is.

    The commit raises DayChanged where the day was written meanwhile.
    """
    days = Days().look(person.specialist_id, placing.time_of(what))
    others = placing.in_the_way(days, what)
    if others and not placing.displace_in(tx, days, what, others):
        raise SlotOverlaps({"slot_id": others[0], "start_at": utc_text(what.start_at)})
    if not others:
        placing.place(days, what)
    slot = new_slot(what.slot_id, person.contour, what, listed=person.active)
    slot.state, slot.free_in, slot.free_of, slot.event_id = "taken", None, None, event_id
    tx.create(slot, otherwise=DayChanged())
    facts.occupied(tx, contour=person.contour, ref=event_id, specialist_id=person.specialist_id, taken=True)
    placing.write_in(tx, days)


def vacate_in(tx: storage.Transaction, slot: Slot) -> None:
    """Give back the time that an event took; what had given way is offered again. The commit raises SlotNotFound where it is gone."""
    days = Days().look(slot.specialist_id, placing.time_of(slot))
    tx.delete(slot, condition=Slot.event_id == slot.event_id, otherwise=SlotNotFound())
    facts.occupied(tx, contour=slot.contour, ref=str(slot.event_id), specialist_id=slot.specialist_id, taken=False)
    placing.leave(days, slot)
    placing.write_in(tx, days, slot)


def days_of(person: Specialist, *times: Slot | SlotRef) -> Days:
    """Her days in which these lie: one read."""
    return Days().look(person.specialist_id, *(placing.time_of(time) for time in times))


def mark_plan_in(tx: storage.Transaction, slot: Slot, plan_id: str) -> None:
    """Note which plan repeats a slot; the commit raises SlotNotFound where it is gone or another's."""
    hers = (Slot.specialist_id == slot.specialist_id) & (Slot.start_at == slot.start_at)
    repository.mark(tx, slot.slot_id, [Slot.plan_id.set(plan_id)], condition=hers, otherwise=SlotNotFound())

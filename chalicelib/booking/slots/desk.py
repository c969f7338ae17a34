"""What the back office does with slots."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC
from typing import TYPE_CHECKING, Any

from chalicelib.booking.calendar import service as calendar
from chalicelib.booking.calendar.service import DayChanged, Days
from chalicelib.booking.slots import placing, repository
from chalicelib.booking.slots.errors import SlotInUse, SlotNotFound, SlotOverlaps, SlotPast
from chalicelib.booking.slots.mirror import new_slot
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.reading import HORIZON, view, zone
from chalicelib.booking.slots.rules import SlotRef
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.core import clock, ids, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import Answer, utc_text
from chalicelib.core.settings import settings

if TYPE_CHECKING:
    from chalicelib.booking.slots.schemas import NewSlot, NewSlots, SlotsAnswer, SlotView

MOST_ROWS = 100
"""What one transaction takes: slots, and the days in which they lie."""


@storage.again(DayChanged, times=8)
def create(new: "NewSlots") -> "SlotsAnswer":
    """Add many slots at once, all or none. Raises SpecialistNotFound, or SlotOverlaps naming the slot that stands there."""
    from chalicelib.booking.slots.schemas import SlotsAnswer  # only who makes slots pays for it

    asked = [_asked(said) for said in new.slots]
    keys = list(dict.fromkeys(key for what in asked for key in calendar.keys(what.specialist_id, placing.time_of(what))))
    if len(asked) + len(keys) > MOST_ROWS:
        raise Invalid.field("body", "slots", msg=f"expected at most {MOST_ROWS} slots and days together", kind="too_long")
    people, rows = _people(asked, keys)
    days, tx = Days().saw(keys, rows), storage.Transaction()
    made = [_made(what, people[what.specialist_id]) for what in asked]
    for slot, what in zip(made, asked, strict=True):
        if others := placing.place(days, what):
            raise SlotOverlaps({"slot_id": others[0], "start_at": utc_text(what.start_at), "specialist_id": what.specialist_id})
        tx.create(slot, otherwise=SlotOverlaps({"slot_id": slot.slot_id}))
    placing.write_in(tx, days, *made)
    tx.commit()
    return SlotsAnswer(slots=[_full_view(slot) for slot in made])


def _asked(said: "NewSlot") -> SlotRef:
    start = said.start_at if said.start_at.tzinfo else said.start_at.replace(tzinfo=zone())
    start = start.astimezone(UTC).replace(microsecond=0)
    # The same time of the same specialist gives the same id, so two parallel requests cannot both make it.
    slot_id = said.id or ids.derived("slot", said.specialist_id, at=start)
    return SlotRef(slot_id, said.specialist_id, "", start, said.minutes or settings().session_minutes)


def _people(asked: Iterable[SlotRef], days: list[storage.Key]) -> tuple[dict[str, specialists.Specialist], list[Any]]:
    """Whose the slots become, and the rows of their days: one read."""
    wanted = sorted({what.specialist_id for what in asked})
    rows = storage.read(*(specialists.Specialist.at(specialist_id) for specialist_id in wanted), *days)
    missing = [specialist_id for specialist_id, row in zip(wanted, rows, strict=False) if row is None]
    if missing:
        raise SpecialistNotFound({"specialist_ids": missing})
    return dict(zip(wanted, rows, strict=False)), rows[len(wanted) :]


def _made(what: SlotRef, person: specialists.Specialist) -> Slot:
    if what.start_at <= clock.now():
        raise SlotPast({"start_at": utc_text(what.start_at)})
    return new_slot(what.slot_id, person.contour, replace(what, specialist_name=person.name), listed=person.active)


@storage.again(DayChanged)
def delete(slot_id: str) -> Answer:
    """Remove a free slot. Raises SlotNotFound, or SlotInUse while somebody owns it."""
    (slot,) = storage.read(Slot.at(slot_id))
    if slot is None or slot.state == "deleted":
        raise SlotNotFound
    _remove(slot, condition=Slot.state.is_in("free", "cut") | repository.unheld() & Slot.session_id.does_not_exist())
    return Answer()


def _remove(slot: Slot, *, condition: Any) -> None:
    tx, days = storage.Transaction(), Days()
    tx.delete(slot, condition=condition & repository.unmoved(slot), otherwise=SlotInUse())
    placing.leave(days, slot)
    placing.write_in(tx, days, slot)
    tx.commit()


def remove_free_of(specialist_id: str) -> bool:
    """Remove a specialist's slots ahead; who held one finds it taken. False, with none removed as a rule, when a session owns one.

    The rows decide, for the index that finds them lags behind a booking.
    """
    found = repository.all_of(specialist_id, clock.now(), clock.now() + HORIZON)
    standing = [slot for slot in storage.read(*(Slot.at(slot.slot_id) for slot in found)) if slot is not None]
    free = [slot for slot in standing if slot.session_id is None]
    return len(free) == len(standing) and all(_removed(slot) for slot in free)


def _removed(slot: Slot) -> bool:
    try:
        storage.again(DayChanged)(_remove)(slot, condition=Slot.session_id.does_not_exist())
    except SlotInUse:
        return False
    return True


def offer(specialist_id: str, *, active: bool, name: str) -> None:
    """Tell a specialist's slots ahead his name and whether he works; while he rests his free time is not shown."""
    for slot in repository.all_of(specialist_id, clock.now(), clock.now() + HORIZON):
        repository.settle_for(slot, active=active, name=name)


def _full_view(slot: Slot) -> "SlotView":
    from chalicelib.booking.slots.schemas import SlotView  # only who makes slots pays for it

    return SlotView(**view(slot).model_dump(), contour=slot.contour, state=slot.state)

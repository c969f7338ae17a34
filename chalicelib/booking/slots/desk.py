"""What the back office does with slots."""

from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta

from chalicelib.booking.slots import repository, rules
from chalicelib.booking.slots.errors import SlotInUse, SlotNotFound, SlotOverlaps, SlotPast
from chalicelib.booking.slots.mirror import new_slot
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.reading import HORIZON, view, zone
from chalicelib.booking.slots.rules import SlotRef
from chalicelib.booking.slots.schemas import NewSlot, NewSlots, SlotsAnswer, SlotView
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.core import clock, ids, storage
from chalicelib.core.schemas import Answer, utc_text
from chalicelib.core.settings import settings


def create(new: NewSlots) -> SlotsAnswer:
    """Add many slots at once, all or none. Raises SpecialistNotFound, or SlotOverlaps naming the slot that stands there."""
    people = _people(new.slots)
    made = [_made(said, people[said.specialist_id]) for said in new.slots]
    for specialist_id in {slot.specialist_id for slot in made}:
        _check_overlaps([slot for slot in made if slot.specialist_id == specialist_id])
    tx = storage.Transaction()
    for slot in made:
        tx.create(slot, otherwise=SlotOverlaps({"slot_id": slot.slot_id}))
    tx.commit()
    return SlotsAnswer(slots=[_full_view(slot) for slot in made])


def _people(said: Iterable[NewSlot]) -> dict[str, specialists.Specialist]:
    wanted = sorted({slot.specialist_id for slot in said})
    rows = storage.read(*(specialists.Specialist.at(specialist_id) for specialist_id in wanted))
    missing = [specialist_id for specialist_id, row in zip(wanted, rows, strict=True) if row is None]
    if missing:
        raise SpecialistNotFound({"specialist_ids": missing})
    return dict(zip(wanted, rows, strict=True))


def _made(said: NewSlot, person: specialists.Specialist) -> Slot:
    start = said.start_at if said.start_at.tzinfo else said.start_at.replace(tzinfo=zone())
    start = start.astimezone(UTC).replace(microsecond=0)
    if start <= clock.now():
        raise SlotPast({"start_at": utc_text(start)})
    # The same time of the same specialist gives the same id, so two parallel requests cannot both make it.
    slot_id = said.id or ids.derived("slot", person.specialist_id, at=start)
    what = SlotRef(slot_id, person.specialist_id, person.name, start, said.minutes or settings().session_minutes)
    return new_slot(slot_id, person.contour, what, listed=person.active)


def _check_overlaps(made: Sequence[Slot]) -> None:
    day = timedelta(days=1)
    standing = repository.all_of(
        made[0].specialist_id, min(slot.start_at for slot in made) - day, max(slot.start_at for slot in made) + day
    )
    placed = [(slot.start_at, int(slot.minutes)) for slot in standing if slot.state != "deleted"]
    for slot in made:
        if rules.overlaps(slot.start_at, int(slot.minutes), placed):
            raise SlotOverlaps({"start_at": utc_text(slot.start_at), "specialist_id": slot.specialist_id})
        placed.append((slot.start_at, int(slot.minutes)))


def delete(slot_id: str) -> Answer:
    """Remove a free slot. Raises SlotNotFound, or SlotInUse while somebody owns it."""
    (slot,) = storage.read(Slot.at(slot_id))
    if slot is None or slot.state == "deleted":
        raise SlotNotFound
    if not storage.remove(slot, condition=(Slot.state == "free") | repository.unheld() & Slot.session_id.does_not_exist()):
        raise SlotInUse
    return Answer()


def remove_free_of(specialist_id: str) -> bool:
    """Remove a specialist's slots ahead; who held one finds it taken. False, with none removed as a rule, when a session owns one."""
    found = repository.all_of(specialist_id, clock.now(), clock.now() + HORIZON)
    standing = [slot for slot in storage.read(*(Slot.at(slot.slot_id) for slot in found)) if slot is not None]
    free = [slot for slot in standing if slot.session_id is None]
    return len(free) == len(standing) and all(storage.remove(slot, condition=Slot.session_id.does_not_exist()) for slot in free)


def offer(specialist_id: str, *, active: bool, name: str) -> None:
    """Tell a specialist's slots ahead his name and whether he works; while he rests his free time is not shown."""
    for slot in repository.all_of(specialist_id, clock.now(), clock.now() + HORIZON):
        repository.settle_for(slot, active=active, name=name)


def _full_view(slot: Slot) -> SlotView:
    return SlotView(**view(slot).model_dump(), contour=slot.contour, state=slot.state)

"""Slots: shown to everyone, kept by the back office, taken only under a condition."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.booking.slots import repository, rules
from chalicelib.booking.slots.errors import SlotInUse, SlotNotFound, SlotOverlaps, SlotPast, SlotTaken
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.rules import Owner, SlotRef, names_moment, slot_text
from chalicelib.booking.slots.schemas import FreeSlot, FreeSlots, NewSlot, NewSlots, SlotsAnswer, SlotsQuery, SlotView
from chalicelib.booking.specialists import service as specialists
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.core import clock, ids, pagination, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import Answer, utc_text
from chalicelib.core.settings import settings

__all__ = ["Owner", "Slot", "SlotNotFound", "SlotPast", "SlotRef", "SlotTaken", "names_moment"]

HORIZON = timedelta(days=366)
"""How far ahead slots are shown and looked for."""


def zone() -> ZoneInfo:
    """The business zone."""
    return ZoneInfo(settings().business_timezone)


def text(moment: datetime) -> str:
    """``DD.MM HH:mm`` in the business zone."""
    return slot_text(moment, zone())


def parse(value: str, *loc: str) -> datetime:
    """The moment that ``DD.MM HH:mm`` or ISO text means. Raises Invalid naming the field."""
    try:
        return rules.parse_time(value, clock.now(), zone())
    except ValueError as error:
        raise Invalid.field(*loc, msg=f"{error}", kind="slot_time") from error


def available(query: SlotsQuery, contour: str) -> FreeSlots:
    """Free slots from now on, soonest first."""
    specialist_id = _specialist(query.psychologist, contour) if query.psychologist else None
    first = max(_day(query.date_from, "date_from"), clock.now()) if query.date_from else clock.now()
    last = _day(query.date_to, "date_to") + timedelta(days=1, microseconds=-1) if query.date_to else clock.now() + HORIZON
    if first > last:
        return FreeSlots(slots=[])
    start = pagination.decode(query.cursor, "slot_id", "start_at", "free_of" if specialist_id else "free_in")
    page = repository.free_page(
        contour=contour, specialist_id=specialist_id, first=first, last=last, ticket_id=query.ticket_id, limit=query.limit, start=start
    )
    return FreeSlots(slots=[view(slot) for slot in page.rows], next_cursor=pagination.encode(page.next_key))


def _specialist(reference: str, contour: str) -> str:
    return specialists.resolve(storage.read(*specialists.reference_keys(reference, contour)))


def _day(value: str, field: str) -> datetime:
    """The first moment of a day in the business zone."""
    try:
        date = datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=zone())
        return date.astimezone(UTC)
    except (ValueError, OverflowError):
        return parse(f"{value} 00:00", "query", field) if "-" not in value else _bad_day(field)


def _bad_day(field: str) -> datetime:
    raise Invalid.field("query", field, msg="expected YYYY-MM-DD or DD.MM", kind="date")


def view(slot: Slot | SlotRef) -> FreeSlot:
    """A slot as the site shows it."""
    return FreeSlot(
        id=slot.slot_id,
        psychologist_id=slot.specialist_id,
        psychologist=slot.specialist_name,
        start_at=utc_text(slot.start_at),
        date=rules.day_text(slot.start_at, zone()),
        time=rules.time_text(slot.start_at, zone()),
        minutes=int(slot.minutes),
    )


def ref(slot: Slot) -> SlotRef:
    """What a booking needs to know of a slot."""
    return SlotRef(slot.slot_id, slot.specialist_id, slot.specialist_name, slot.start_at, int(slot.minutes))


def is_free(slot: Slot, ticket_id: str | None = None) -> bool:
    """Whether anyone, or this ticket, may take the slot now."""
    over = slot.state == "held" and slot.hold_until is not None and slot.hold_until < clock.now()
    return slot.state == "free" or over or (slot.state == "held" and ticket_id is not None and slot.ticket_id == ticket_id)


def free_at(contour: str, starts: Sequence[datetime]) -> list[Slot]:
    """Slots free at any of these moments: one query over their span."""
    return repository.free_between(contour, min(starts), max(starts), starts=starts) if starts else []


def next_free(contour: str, limit: int) -> list[Slot]:
    """The soonest free slots."""
    return repository.free_between(contour, clock.now(), clock.now() + HORIZON, limit=limit)


def free_of_specialist(specialist_id: str, *, start: datetime | None = None, limit: int = 5) -> list[Slot]:
    """A specialist's soonest free slots, or those at one moment."""
    first, last = (start, start) if start else (clock.now(), clock.now() + HORIZON)
    return repository.free_of(specialist_id, first, last, limit=limit)


def hold(
    tx: storage.Transaction, slot: SlotRef, *, contour: str, ticket_id: str, until: datetime, expired_session: str | None = None
) -> None:
    """Hold a slot for an application; the commit raises SlotTaken when somebody was faster."""
    repository.hold(
        tx,
        slot.slot_id,
        contour=contour,
        ticket_id=ticket_id,
        until=until,
        condition=repository.takeable(ticket_id, expired_session),
        otherwise=SlotTaken({"slot_id": slot.slot_id}),
    )


def release_hold(tx: storage.Transaction, slot: SlotRef, *, contour: str, ticket_id: str) -> None:
    """Give back a slot this application held; the commit raises SlotTaken when it no longer does."""
    condition = (Slot.state == "held") & (Slot.ticket_id == ticket_id) & Slot.session_id.does_not_exist()
    repository.release(
        tx,
        slot.slot_id,
        contour=contour,
        specialist_id=slot.specialist_id,
        condition=condition,
        otherwise=SlotTaken({"slot_id": slot.slot_id}),
    )


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


def new_slot(slot_id: str, contour: str, what: SlotRef, *, listed: bool) -> Slot:
    """A free slot, not yet written; `listed` unless its specialist is not working."""
    return Slot(
        slot_id=slot_id,
        contour=contour,
        specialist_id=what.specialist_id,
        specialist_name=what.specialist_name,
        start_at=what.start_at,
        minutes=what.minutes,
        state="free",
        free_in=contour if listed else None,
        free_of=what.specialist_id if listed else None,
    )


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


def remove_free_of(specialist_id: str) -> None:
    """Remove a specialist's free slots ahead."""
    for slot in repository.all_of(specialist_id, clock.now(), clock.now() + HORIZON):
        storage.remove(slot, condition=Slot.state == "free")


def offer(specialist_id: str, *, active: bool) -> None:
    """List a specialist's free slots ahead, or take them off the list while he does not work."""
    for slot in repository.all_of(specialist_id, clock.now(), clock.now() + HORIZON):
        repository.list_free(slot, active)


def _full_view(slot: Slot) -> SlotView:
    return SlotView(**view(slot).model_dump(), contour=slot.contour, state=slot.state)


def drop_expired_holds(contour: str) -> int:
    """Free the slots whose hold is over and that wait for no payment; how many."""
    freed = 0
    for slot in repository.expired(contour):
        if slot.session_id is None:
            tx = storage.Transaction()
            condition = repository.unheld() & Slot.session_id.does_not_exist()
            repository.release(
                tx, slot.slot_id, contour=contour, specialist_id=slot.specialist_id, condition=condition, otherwise=SlotTaken()
            )
            freed += _try(tx)
    return freed


def _try(tx: storage.Transaction) -> bool:
    try:
        tx.commit()
    except SlotTaken:
        return False
    return True


def take(
    tx: storage.Transaction,
    slot: SlotRef,
    owner: Owner,
    *,
    until: datetime | None = None,
    seen_session: str | None = None,
    marks: Mapping[str, Any] | None = None,
) -> None:
    """Give a slot to a session, until a moment or for good. The commit raises SlotTaken when it has another live owner.

    `seen_session` is a session whose payment hold is over and that stands on the slot: it must still be that one.
    """
    repository.book(
        tx,
        slot.slot_id,
        owner,
        until=until,
        condition=repository.takeable(owner.ticket_id, seen_session),
        otherwise=SlotTaken({"slot_id": slot.slot_id}),
        also=Slot.mark_actions(marks or {}),
    )


def settle(tx: storage.Transaction, slot_id: str, owner: Owner, *, otherwise: Exception) -> None:
    """Make a session's payment hold lasting; an expired hold counts while nobody else has taken the slot."""
    repository.book(tx, slot_id, owner, until=None, condition=repository.owned_by(owner.session_id), otherwise=otherwise)


def free(tx: storage.Transaction, slot_id: str, *, contour: str, specialist_id: str, session_id: str, otherwise: Exception) -> None:
    """Free the slot that a session owns."""
    repository.release(
        tx, slot_id, contour=contour, specialist_id=specialist_id, condition=repository.owned_by(session_id), otherwise=otherwise
    )


def unpaid(contour: str) -> list[Slot]:
    """Slots whose payment hold is over."""
    return [slot for slot in repository.expired(contour) if slot.session_id]


def ensure(what: SlotRef, contour: str) -> None:
    """Make a slot that another system has and we have not, free for now; one that stands is left alone."""
    slot = new_slot(what.slot_id, contour, what, listed=True)
    storage.put_new(slot, Slot.slot_id.does_not_exist() | (Slot.state == "deleted"))


def add(tx: storage.Transaction, what: SlotRef, *, marks: Mapping[str, Any], contour: str = "live", state: str = "free") -> None:
    """Write a slot that another system has; `state` deleted leaves a tombstone for one we never saw."""
    slot = new_slot(what.slot_id, contour, what, listed=state == "free")
    slot.state = state
    slot.set_marks(marks)
    tx.put(slot, condition=Slot.slot_id.does_not_exist() | (Slot.state == "deleted"), otherwise=SlotTaken({"slot_id": what.slot_id}))


def shift(tx: storage.Transaction, slot: Slot, what: SlotRef, *, marks: Mapping[str, Any]) -> None:
    """Give a free slot another time or specialist."""
    repository.shift(tx, slot, what, also=Slot.mark_actions(marks), otherwise=SlotTaken({"slot_id": slot.slot_id}))


def reopen(tx: storage.Transaction, slot: Slot, *, marks: Mapping[str, Any]) -> None:
    """Free a slot that its own source freed, whoever owned it when it was read."""
    repository.release(
        tx,
        slot.slot_id,
        contour=slot.contour,
        specialist_id=slot.specialist_id,
        condition=repository.as_seen(slot),
        otherwise=SlotTaken({"slot_id": slot.slot_id}),
        also=Slot.mark_actions(marks),
    )


def block(tx: storage.Transaction, slot: Slot, *, marks: Mapping[str, Any], state: str = "taken") -> None:
    """Take a slot off the lists because its source says that it is taken there, or gone."""
    repository.block(
        tx,
        slot.slot_id,
        state=state,
        condition=repository.as_seen(slot),
        otherwise=SlotTaken({"slot_id": slot.slot_id}),
        also=Slot.mark_actions(marks),
    )


def note(tx: storage.Transaction, slot: Slot, *, marks: Mapping[str, Any]) -> None:
    """Remember what a slot's source said, owner untouched."""
    repository.mark(
        tx, slot.slot_id, Slot.mark_actions(marks), condition=repository.as_seen(slot), otherwise=SlotTaken({"slot_id": slot.slot_id})
    )


def forget_skipped(tx: storage.Transaction, slot: Slot) -> None:
    """The change that was missing has come."""
    actions = [Slot.source_skipped.remove()]
    repository.mark(tx, slot.slot_id, actions, condition=repository.as_seen(slot), otherwise=SlotTaken({"slot_id": slot.slot_id}))

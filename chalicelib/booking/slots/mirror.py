"""Slots that another system keeps too: made, moved and closed as it says, where nobody of ours owns them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.booking.calendar.service import Days
from chalicelib.booking.slots import placing, repository
from chalicelib.booking.slots.errors import SlotTaken
from chalicelib.booking.slots.models import Slot
from chalicelib.booking.slots.rules import SlotRef
from chalicelib.core import clock, storage


def new_slot(slot_id: str, contour: str, what: SlotRef, *, listed: bool) -> Slot:
    """A free slot, not yet written; not `listed` while its specialist rests."""
    return Slot(
        slot_id=slot_id,
        contour=contour,
        specialist_id=what.specialist_id,
        specialist_name=what.specialist_name,
        start_at=what.start_at,
        minutes=what.minutes,
        state="free",
        resting=None if listed else True,
        free_in=contour,
        free_of=what.specialist_id,
        revision=clock.seconds(),
        changed_at=clock.wall(),
    )


Tell = Callable[[storage.Transaction, Sequence[str]], None]


def ensure(what: SlotRef, contour: str, days: Days, *, listed: bool, gone: Slot | None, tell: Tell) -> list[str]:
    """Make a slot that is taken in another system and that we have not, free for now: what is free here gives way to it, and is told.

    Where something that is not free stands in its way nothing is written: its ids. `gone` is the slot's own row, cut or
    deleted. Raises SlotTaken where the row has changed, DayChanged where the day has.
    """
    tx = storage.Transaction()
    if gone is not None and gone.state == "cut":
        placing.leave(days, gone)
    others = placing.in_the_way(days, what)
    if others and not placing.displace_in(tx, days, what, others):
        return others
    if others:
        tell(tx, others)
    else:
        placing.place(days, what)
    _put(tx, new_slot(what.slot_id, contour, what, listed=listed))
    placing.write_in(tx, days, *([gone] if gone is not None else []))
    tx.commit()
    return []


def add(
    tx: storage.Transaction,
    what: SlotRef,
    days: Days,
    *,
    marks: Mapping[str, Any],
    contour: str = "live",
    state: str = "free",
    listed: bool = True,
) -> list[str]:
    """Write a slot that another system has; it is cut where others stand in its way: their ids.

    `state` deleted leaves a tombstone for one we never saw.
    """
    slot = new_slot(what.slot_id, contour, what, listed=listed)
    others = placing.place(days, what) if state == "free" else []
    if others:
        state, slot.cut_by = "cut", set(others)
    if state != "free":
        slot.state, slot.free_in, slot.free_of = state, None, None
    slot.set_marks(marks)
    _put(tx, slot)
    placing.write_in(tx, days, *([slot] if state == "free" else []))
    return others


def _put(tx: storage.Transaction, slot: Slot) -> None:
    standing = Slot.slot_id.does_not_exist() | Slot.state.is_in("deleted", "cut")
    tx.put(slot, condition=standing, otherwise=SlotTaken({"slot_id": slot.slot_id}))


def shift(tx: storage.Transaction, slot: Slot, what: SlotRef, days: Days, *, marks: Mapping[str, Any]) -> list[str]:
    """Give a slot that is nobody's another time or specialist; it is cut where others stand there: their ids."""
    others = placing.place(days, what, gone=slot)
    repository.shift(tx, slot, what, cut_by=others, also=Slot.mark_actions(marks), otherwise=SlotTaken({"slot_id": slot.slot_id}))
    placing.write_in(tx, days, slot, what)
    return others


def carry(tx: storage.Transaction, slot: Slot, what: SlotRef, days: Days, *, marks: Mapping[str, Any]) -> None:
    """Give a slot another time together with whom it belongs to; the caller has looked that nothing stands there (`in_the_way`)."""
    placing.place(days, what, gone=slot)
    repository.carry(tx, slot, what, also=Slot.mark_actions(marks), otherwise=SlotTaken({"slot_id": slot.slot_id}))
    placing.write_in(tx, days, slot, what)


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


def block(tx: storage.Transaction, slot: Slot, *, marks: Mapping[str, Any]) -> None:
    """Take a slot off the lists because its source says that it is taken there; its time stays spoken for."""
    _off_the_lists(tx, slot, "taken", marks)


def bury(tx: storage.Transaction, slot: Slot, days: Days, *, marks: Mapping[str, Any]) -> None:
    """Leave a tombstone where a slot was that its source has no more; its time is free for others."""
    _off_the_lists(tx, slot, "deleted", marks)
    placing.leave(days, slot)
    placing.write_in(tx, days, slot)


def _off_the_lists(tx: storage.Transaction, slot: Slot, state: str, marks: Mapping[str, Any]) -> None:
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

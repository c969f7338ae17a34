"""Slots that another system keeps too: made, moved and closed as it says, where nobody of ours owns them."""

from collections.abc import Mapping
from typing import Any

from chalicelib.booking.slots import repository
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


def ensure(what: SlotRef, contour: str, *, listed: bool) -> None:
    """Make a slot that another system has and we have not, free for now; one that stands is left alone."""
    slot = new_slot(what.slot_id, contour, what, listed=listed)
    storage.put_new(slot, Slot.slot_id.does_not_exist() | (Slot.state == "deleted"))


def add(
    tx: storage.Transaction, what: SlotRef, *, marks: Mapping[str, Any], contour: str = "live", state: str = "free", listed: bool = True
) -> None:
    """Write a slot that another system has; `state` deleted leaves a tombstone for one we never saw."""
    slot = new_slot(what.slot_id, contour, what, listed=listed)
    if state != "free":
        slot.state, slot.free_in, slot.free_of = state, None, None
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

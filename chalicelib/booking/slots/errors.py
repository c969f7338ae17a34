"""What can go wrong with a slot."""

from chalicelib.core.errors import Conflict, Gone, NotFound


class SlotNotFound(NotFound):
    code = "slot_not_found"
    message = "No slot is known by this id or time."


class SlotTaken(Conflict):
    code = "slot_taken"
    message = "This time is taken; alternatives are in detail."


class SlotPast(Gone):
    code = "slot_past"
    message = "This time has already begun."


class SlotInUse(Conflict):
    code = "slot_in_use"
    message = "The slot is held or booked: cancel or move the session first."


class SlotOverlaps(Conflict):
    code = "slot_overlaps"
    message = "The specialist has another slot at that time."

"""Which slots a page's choice means, first first."""

from datetime import datetime, timedelta

from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists import service as specialists
from chalicelib.core import clock, storage
from chalicelib.core.errors import Invalid
from chalicelib.intake.applications import choice as choosing
from chalicelib.intake.helping.schemas import HelpChoice

LIVE = "live"
HOUR = timedelta(hours=1)


def slots_of(body: HelpChoice) -> list[Slot]:
    """The slots that are named and still ahead, whoever owns them: by their ids, else by whose and when.

    Raises SpecialistNotFound, or Invalid where no time is said.
    """
    if body.slots_objects:
        rows = storage.read(*(Slot.at(slot_id) for slot_id in dict.fromkeys(body.slots_objects)))
        found = [row for row in rows if row is not None and row.contour == LIVE and row.state != "deleted" and not row.resting]
    else:
        _, moments, _ = choosing.read(body.slots)
        if not moments:
            raise Invalid.field("body", "slots", msg="expected times as D.M HH:mm, or ids in slots_objects", kind="missing")
        found = _named(body.utm_psy, list(moments.values())) if body.utm_psy else slots.free_at(LIVE, list(moments.values()))
    return [slot for slot in found if slot.start_at > clock.now()]


def _named(reference: str, moments: list[datetime]) -> list[Slot]:
    """A specialist's slots at these moments; where one begins within an hour that was named whole, that one is meant."""
    specialist_id = specialists.resolve(storage.read(*specialists.reference_keys(reference, LIVE)))
    found: list[Slot] = []
    for moment in moments:
        rows = slots.all_of_specialist(specialist_id, moment, moment + HOUR)
        within = [slot for slot in rows if slot.contour == LIVE and slot.state != "deleted" and not slot.resting]
        exact = [slot for slot in within if slot.start_at == moment]
        found += exact or (within if len(within) == 1 else [])
    return found

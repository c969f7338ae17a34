"""The doors to slots: the public list, and the back office's writes."""

from chalicelib.booking.slots import desk, service
from chalicelib.booking.slots.errors import SlotInUse, SlotNotFound, SlotOverlaps, SlotPast
from chalicelib.booking.slots.schemas import FreeSlots, NewSlots, SlotsAnswer, SlotsQuery
from chalicelib.booking.specialists.errors import NameAmbiguous, SpecialistNotFound
from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.core.schemas import Answer, Contour

api = Api("booking.slots")


@api.get("/get-available-slots", auth=security.PUBLIC, webhook=True, test_contour=True, errors=[SpecialistNotFound, NameAmbiguous])
def get_available_slots(query: SlotsQuery, contour: Contour) -> FreeSlots:
    """Free slots from now on, soonest first."""
    return service.available(query, contour)


@api.post("/slots", auth=security.SERVICE, errors=[SpecialistNotFound, SlotOverlaps, SlotPast])
def create_slots(body: NewSlots) -> SlotsAnswer:
    """Add many slots at once, all or none."""
    return desk.create(body)


@api.delete("/slots/{slot_id}", auth=security.SERVICE, errors=[SlotNotFound, SlotInUse])
def delete_slot(slot_id: str) -> Answer:
    """Remove a free slot."""
    return desk.delete(slot_id)

"""The doors to repeated hours."""

from chalicelib.booking.slots.errors import SlotInUse, SlotNotFound, SlotPast
from chalicelib.booking.specialists.errors import TooManySecrets
from chalicelib.booking.specialists.schemas import Unauthored
from chalicelib.core.http import Api
from chalicelib.core.sender import Sender
from chalicelib.ownpage.door import KEYED, SecretQuery, hers
from chalicelib.ownpage.plans import service
from chalicelib.ownpage.plans.schemas import PlanInput, Planned, Repeated, RootQuery

api = Api("ownpage.plans")


@api.post("/plan-free-slots", auth=KEYED, site=True, errors=[TooManySecrets, SlotNotFound, SlotPast, SlotInUse])
def plan_free_slots(body: PlanInput, query: SecretQuery, sender: Sender) -> Planned | Unauthored:
    """Repeat the hour of a slot, or stop: free hours are written twelve weeks ahead, and further each day."""
    return hers(body.secret or query.secret, sender, lambda her: service.plan(her, body))


@api.get("/get-root-planned-free-slot", auth=KEYED, site=True, errors=[TooManySecrets, SlotNotFound])
def get_root_planned_free_slot(query: RootQuery, sender: Sender) -> Repeated | Unauthored:
    """How often the hour of a slot is repeated."""
    return hers(query.secret, sender, lambda her: service.root(her, query))

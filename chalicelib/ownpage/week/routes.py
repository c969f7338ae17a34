"""The doors to a specialist's week."""

from chalicelib.booking.slots.errors import SlotInUse, SlotNotFound, SlotOverlaps, SlotPast
from chalicelib.booking.specialists.errors import TooManySecrets
from chalicelib.booking.specialists.schemas import Unauthored
from chalicelib.core.http import Api
from chalicelib.core.sender import Sender
from chalicelib.ownpage.door import KEYED, MomentQuery, SecretQuery, hers
from chalicelib.ownpage.events.errors import EventHasMembers
from chalicelib.ownpage.week import service
from chalicelib.ownpage.week.schemas import Psycho, SlotDone, SlotInput, TicketWords, Week, WeekQuery

api = Api("ownpage.week")


@api.get("/get-slot", auth=KEYED, site=True, errors=[TooManySecrets])
def get_slot(query: WeekQuery, sender: Sender) -> Week | Unauthored:
    """A specialist's own days, hour by hour."""
    return hers(query.secret, sender, lambda her: service.week(her, query))


@api.get("/get-psycho", auth=KEYED, site=True, errors=[TooManySecrets])
def get_psycho(query: SecretQuery, sender: Sender) -> Psycho | Unauthored:
    """Whose page a secret opens."""
    return hers(query.secret, sender, service.psycho)


@api.get("/get-ticket-for-slot", auth=KEYED, site=True, errors=[TooManySecrets])
def get_ticket_for_slot(query: MomentQuery, sender: Sender) -> TicketWords | Unauthored:
    """What her client's form said, without how he is reached."""
    return hers(query.secret, sender, lambda her: service.ticket(her, query))


@api.post("/add-slot", auth=KEYED, site=True, errors=[TooManySecrets, SlotNotFound, SlotOverlaps, SlotPast])
def add_slot(body: SlotInput, query: SecretQuery, sender: Sender) -> SlotDone | Unauthored:
    """Offer an hour of hers."""
    return hers(body.secret or query.secret, sender, lambda her: service.add(her, body))


@api.post("/delete-slot", auth=KEYED, site=True, errors=[TooManySecrets, SlotNotFound, SlotInUse, EventHasMembers])
def delete_own_slot(body: SlotInput, query: SecretQuery, sender: Sender) -> SlotDone | Unauthored:
    """Take back an hour of hers that nobody has."""
    return hers(body.secret or query.secret, sender, lambda her: service.remove(her, body))

"""The doors to events."""

from chalicelib.booking.slots.errors import SlotOverlaps, SlotPast
from chalicelib.booking.specialists.errors import TooManySecrets
from chalicelib.booking.specialists.schemas import Unauthored
from chalicelib.core.http import Api
from chalicelib.core.sender import Sender
from chalicelib.ownpage.door import KEYED, MomentQuery, SecretQuery, hers
from chalicelib.ownpage.events import service
from chalicelib.ownpage.events.errors import EventNotFound, EventPast, TooManyEvents
from chalicelib.ownpage.events.schemas import EventMade, EventOrNothing, Events, Full, Joined, JoinInput, NewEvent

api = Api("ownpage.events")


@api.post("/create-custom-event", auth=KEYED, site=True, errors=[TooManySecrets, SlotPast, SlotOverlaps, TooManyEvents])
def create_custom_event(body: NewEvent, query: SecretQuery, sender: Sender) -> EventMade | Unauthored:
    """Take her time for an affair of her own, or for a group event that others may join."""
    return hers(body.secret or query.secret, sender, lambda her: service.create(her, body))


@api.get("/get-all-events", auth=KEYED, site=True, errors=[TooManySecrets])
def get_all_events(query: SecretQuery, sender: Sender) -> Events | Unauthored:
    """Group events ahead, and her own affairs."""
    return hers(query.secret, sender, service.ahead)


@api.get("/get-event-for-slot", auth=KEYED, site=True, errors=[TooManySecrets])
def get_event_for_slot(query: MomentQuery, sender: Sender) -> EventOrNothing | Unauthored:
    """The event at a moment, or an empty object."""
    return hers(query.secret, sender, lambda her: service.at(her, query))


@api.post("/join-to-event", auth=KEYED, site=True, errors=[TooManySecrets, EventNotFound, EventPast, SlotOverlaps])
def join_to_event(body: JoinInput, query: SecretQuery, sender: Sender) -> Joined | Full | Unauthored:
    """A place in a group event."""
    return hers(body.secret or query.secret, sender, lambda her: service.join(her, body))

"""The doors to who waits for a specialist."""

from chalicelib.booking.calendar.errors import ClientBusy
from chalicelib.booking.slots.errors import SlotNotFound, SlotPast, SlotTaken
from chalicelib.booking.specialists.errors import TooManySecrets
from chalicelib.booking.specialists.schemas import Unauthored
from chalicelib.core.http import Api
from chalicelib.core.sender import Sender
from chalicelib.ownpage.door import KEYED, SecretQuery, Shown, hers
from chalicelib.ownpage.helping import service
from chalicelib.ownpage.helping.errors import HelpNotFound, HelpTaken
from chalicelib.ownpage.helping.schemas import Confirmation, Confirmed, WaitingList

api = Api("ownpage.helping")


@api.post("/get-help-hand-tickets", auth=KEYED, site=True, errors=[TooManySecrets])
def get_help_hand_tickets(body: Shown, query: SecretQuery, sender: Sender) -> WaitingList | Unauthored:
    """Who waits for a specialist of the helping hand, without a name or a contact."""
    return hers(body.secret or query.secret, sender, service.waiting)


@api.post(
    "/confirm-help-hand-by-psychologist",
    auth=KEYED,
    site=True,
    errors=[TooManySecrets, HelpNotFound, HelpTaken, SlotNotFound, SlotPast, SlotTaken, ClientBusy],
)
def confirm_help_hand_by_psychologist(body: Confirmation, query: SecretQuery, sender: Sender) -> Confirmed | Unauthored:
    """Take one who waits, at a free slot of hers: he is booked and told."""
    return hers(body.secret or query.secret, sender, lambda her: service.confirm(her, body))

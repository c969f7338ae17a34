"""The doors of the helping hand's page."""

from chalicelib.booking.calendar.errors import ClientBusy
from chalicelib.booking.slots.errors import SlotTaken
from chalicelib.booking.specialists.errors import NameAmbiguous, SpecialistNotFound
from chalicelib.core import security
from chalicelib.core.errors import Unauthorized
from chalicelib.core.http import Api
from chalicelib.core.sender import Sender
from chalicelib.intake.helping import service
from chalicelib.intake.helping.errors import ChosenBefore, NumberAmbiguous, TooManyHolds
from chalicelib.intake.helping.schemas import Allotment, HelpChoice, HelpChosen, HelpQuery
from chalicelib.intake.tickets.errors import TicketNotFound
from chalicelib.integrations.tilda.policy import PUBLIC_FORM

api = Api("intake.helping")
REFUSED = [TicketNotFound, NumberAmbiguous, ChosenBefore, SlotTaken, ClientBusy, TooManyHolds, SpecialistNotFound, NameAmbiguous]


@api.get("/check-allotment-for-slot-confirmation", auth=security.PUBLIC, webhook=True, errors=[Unauthorized])
def check_allotment_for_slot_confirmation(query: HelpQuery) -> Allotment:
    """Whether a time may be chosen for a helping-hand application now."""
    return service.allotment(query.ticket_id)


@api.post("/helpful-hand-zayavka-new", auth=PUBLIC_FORM, webhook=True, errors=REFUSED)
def helpful_hand_zayavka_new(body: HelpChoice, sender: Sender) -> HelpChosen:
    """Choose a time for a helping-hand application: the token of the bot's link books it, the form's number holds one, which the client
    confirms in the bot.
    """
    return service.choose(body, sender)

"""The back office's door to video meetings."""

from chalicelib.booking.conference import service
from chalicelib.booking.conference.errors import ConferenceOff
from chalicelib.booking.conference.schemas import LinkAnswer, LinkRequest
from chalicelib.booking.sessions.errors import PaymentAwaited, SessionEnded, SessionNotFound, SessionPast
from chalicelib.booking.slots.errors import SlotNotFound
from chalicelib.core import security
from chalicelib.core.http import Api

api = Api("booking.conference")


@api.post(
    "/generate-conference-link",
    auth=security.SERVICE,
    webhook=True,
    errors=[SessionNotFound, SlotNotFound, SessionEnded, SessionPast, PaymentAwaited, ConferenceOff],
)
def generate_conference_link(body: LinkRequest) -> LinkAnswer:
    """The link of a session's video meeting; it is made at need, one however often asked."""
    return service.ask(body)

"""The client base's doors."""

from chalicelib.clients import service
from chalicelib.clients.errors import ClientNotFound, ContactTaken
from chalicelib.clients.merging import service as merging
from chalicelib.clients.schemas import Confirmed, ContactConfirmation, Registered, Registration
from chalicelib.clients.timeline import service as timelines
from chalicelib.clients.timeline.schemas import Timeline, TimelineQuery
from chalicelib.core import security
from chalicelib.core.http import Api

api = Api("clients")


@api.post("/client-registration", auth=security.SERVICE, webhook=True)
def client_registration(body: Registration) -> Registered:
    """Register a Telegram user as a client."""
    return service.register(user_id=body.user_id)


@api.post("/clients/{client_id}/contacts/confirm", auth=security.SERVICE, errors=[ClientNotFound, ContactTaken])
def confirm_contact(client_id: str, body: ContactConfirmation) -> Confirmed:
    """Say that a contact is the client's own: from then on it proves who he is; `client_id` is a lead number or an id."""
    return merging.confirm(client_id, body)


@api.get("/clients/{client_id}/timeline", auth=security.SERVICE, errors=[ClientNotFound])
def client_timeline(client_id: str, query: TimelineQuery) -> Timeline:
    """What happened to a client, newest first: who did what, and when; `client_id` is a lead number or an id."""
    return timelines.timeline(client_id, query)

"""The registry of messages."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.core.http import Api
from chalicelib.core.paging import UseCursor
from chalicelib.core.sheet import Narrow
from chalicelib.dialogue.registry import listing
from chalicelib.dialogue.registry.schemas import RegistryQuery, TalkMessages
from chalicelib.staff.policies import OFFICE

api = Api("dialogue.registry")


@api.get("/api/v1/admin/dialogues/messages", auth=OFFICE, errors=[ClientNotFound, Narrow, UseCursor])
def dialogue_messages(query: RegistryQuery) -> TalkMessages:
    """Messages to clients and of theirs, newest first: how each stands, and why it was not said."""
    return listing.listed(query)

"""The doors of the client base that ask who of the staff it is: it stands below the staff, and knows nobody's role."""

from chalicelib.clients import channels
from chalicelib.clients.channels_schemas import Channels, ChannelsChange
from chalicelib.clients.errors import ClientNotFound, MergeRefused
from chalicelib.clients.index import service as index
from chalicelib.clients.index.schemas import People, PeopleQuery
from chalicelib.clients.merging import service as merging
from chalicelib.clients.schemas import Merge, Merged
from chalicelib.core.http import Api
from chalicelib.staff.policies import ADMIN, OFFICE

api = Api("people")


@api.get("/clients", auth=OFFICE)
def list_clients(query: PeopleQuery) -> People:
    """Clients by any filter and any words, newest first, with how many there are: what was just written is in the answer."""
    return index.listed(query)


@api.put("/clients/{client_id}/channels", auth=OFFICE, errors=[ClientNotFound])
def change_client_channels(client_id: str, body: ChannelsChange) -> Channels:
    """Say by which ways a client is reached: his accounts, and what is tried first. What is absent stays, `null` clears."""
    return channels.change(client_id, body)


@api.post("/clients/{client_id}/merge", auth=ADMIN, errors=[ClientNotFound, MergeRefused])
def merge_clients(client_id: str, body: Merge) -> Merged:
    """Make a client one with another: his signs, sessions, tickets and messages follow; he is read there from then on."""
    return merging.merge(client_id, body)

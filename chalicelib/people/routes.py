"""The doors of the client base that ask who of the staff it is: it stands below the staff, and knows nobody's role."""

from chalicelib.clients import channels
from chalicelib.clients.channels_schemas import Channels, ChannelsChange
from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.index import service as index
from chalicelib.clients.index.schemas import People, PeopleQuery
from chalicelib.core.http import Api
from chalicelib.staff.policies import OFFICE

api = Api("people")


@api.get("/clients", auth=OFFICE)
def list_clients(query: PeopleQuery) -> People:
    """Clients by any filter and any words, newest first, with how many there are: what was just written is in the answer."""
    return index.listed(query)


@api.put("/clients/{client_id}/channels", auth=OFFICE, errors=[ClientNotFound])
def change_client_channels(client_id: str, body: ChannelsChange) -> Channels:
    """Say by which ways a client is reached: his accounts, and what is tried first. What is absent stays, `null` clears."""
    return channels.change(client_id, body)

"""Clients of the consultations API."""

from chalicelib.consultations.accounts import service
from chalicelib.consultations.accounts.errors import ClientNeeded, ClientUnknown
from chalicelib.consultations.accounts.schemas import ClientCard, ClientFields
from chalicelib.consultations.policies import CLIENTS_READ, CLIENTS_WRITE
from chalicelib.core.http import Api
from chalicelib.core.security import Caller

api = Api("consultations.accounts", prose=True)


@api.post("/api/clients", auth=CLIENTS_WRITE, errors=[ClientNeeded, ClientUnknown])
def upsert_client(body: ClientFields, caller: Caller) -> ClientCard:
    """Make a client or change one: a back end's by id, hash, or contacts; a person's own.

    By e-mail or phone alone what is empty is filled and nothing is replaced.
    """
    return service.upsert(body, caller=caller)


@api.get("/api/clients/{client_id}", auth=CLIENTS_READ, errors=[ClientUnknown])
def get_client(client_id: str, caller: Caller) -> ClientCard:
    """A client by his UUID; a person's own only."""
    return service.get(client_id, caller=caller)


@api.get("/api/clients/by-hash/{client_hash}", auth=CLIENTS_READ, errors=[ClientUnknown])
def get_client_by_hash(client_hash: str, caller: Caller) -> ClientCard:
    """A client by his secret hash; a person's own only."""
    return service.get_by_hash(client_hash, caller=caller)

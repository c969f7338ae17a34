"""Clients of the consultations API."""

from chalicelib.consultations.accounts import service
from chalicelib.consultations.accounts.errors import ClientNeeded, ClientUnknown
from chalicelib.consultations.accounts.schemas import ClientCard, ClientFields
from chalicelib.core import security
from chalicelib.core.http import Api

api = Api("consultations.accounts", prose=True)


@api.post("/api/clients", auth=security.BEARER, errors=[ClientNeeded, ClientUnknown])
def upsert_client(body: ClientFields) -> ClientCard:
    """Make a client or change one, found by id, hash, or contacts."""
    return service.upsert(body)


@api.get("/api/clients/{client_id}", auth=security.BEARER, errors=[ClientUnknown])
def get_client(client_id: str) -> ClientCard:
    """A client by his UUID."""
    return service.get(client_id)


@api.get("/api/clients/by-hash/{client_hash}", auth=security.BEARER, errors=[ClientUnknown])
def get_client_by_hash(client_hash: str) -> ClientCard:
    """A client by his secret hash."""
    return service.get_by_hash(client_hash)

"""The till's clients: lists, cards, what is written of them."""

from typing import Annotated

from chalicelib.clients.errors import ClientNotFound
from chalicelib.company.errors import ChannelNotFound
from chalicelib.core.http import Api, Page
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import UseCursor
from chalicelib.core.sheet import Narrow
from chalicelib.loyalty.accounts import cards, listing, people, writing
from chalicelib.loyalty.accounts.errors import ClientExists, ReferralCycle, ReferralSelf, ReferrerFixed
from chalicelib.loyalty.accounts.schemas import (
    ById,
    ClientChange,
    Clients,
    ClientShown,
    ClientsQuery,
    Filters,
    NamedChange,
    NewClient,
)
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, OFFICE
from chalicelib.staff.rules import HEADS

api = Api("loyalty.accounts")
TABLE, DOWNLOAD = "text/csv", 'attachment; filename="clients.csv"'
WRITTEN = (ClientExists, ClientNotFound, ChannelNotFound, ReferralSelf, ReferralCycle, ReferrerFixed)


@api.get("/api/v1/admin/clients", auth=OFFICE, errors=[UseCursor])
def list_loyalty_clients(query: ClientsQuery) -> Clients:
    """Clients by any filters and words, newest first, with how many there are: what was just written is in the answer."""
    return listing.listed(query)


@api.post("/api/v1/admin/clients", auth=OFFICE, errors=[*WRITTEN, KeyReused])
def create_loyalty_client(body: NewClient, caller: Member, idempotency_key: str | None) -> ClientShown:
    """Write a client down: what the office types is its own word, and a contact that is proven of another is refused.

    A level by hand and who brought him are worth money: only owners and admins say them.
    """
    writing.check_may(caller.role in HEADS, body)
    return writing.create(body, key=idempotency_key, actor=caller.actor)


@api.get("/api/v1/admin/clients/export.csv", auth=ADMIN, errors=[Narrow])
def export_loyalty_clients(query: Filters) -> Annotated[Page, TABLE]:
    """The same clients as a table, 5,000 at most."""
    return Page(listing.exported(query), {"Content-Type": f"{TABLE}; charset=utf-8", "Content-Disposition": DOWNLOAD})


@api.get("/api/v1/admin/clients/{client_id}", auth=OFFICE, errors=[ClientNotFound])
def get_loyalty_client(client_id: int) -> ClientShown:
    """A client, with the points that end next and who may be the same person."""
    return cards.one(client_id)


@api.put("/api/v1/admin/clients/{client_id}", auth=ADMIN, errors=WRITTEN)
def update_loyalty_client(client_id: int, body: ClientChange) -> ClientShown:
    """Change a client: absent stays as it is, null clears; a changed contact is found from now on, the old one is nobody's."""
    return writing.change(client_id, body)


@api.put("/api/v1/admin/clients", auth=ADMIN, errors=WRITTEN)
def update_named_loyalty_client(body: NamedChange, query: ById) -> ClientShown:
    """The same of the client whom the body or the query names by `id`."""
    return writing.change(writing.named(body.id, query.id), body)


__all__ = ["api", "people"]

"""The doors of connections to CRMs: for those who run the house alone."""

from chalicelib.core.http import Api, message
from chalicelib.core.once import KeyReused
from chalicelib.core.schemas import Message
from chalicelib.sales.crm.connections import service
from chalicelib.sales.crm.connections.errors import ConnectionNotFound, ConnectionOff, RunAtWork
from chalicelib.sales.crm.connections.schemas import (
    ConnectionPatch,
    Connections,
    ConnectionShown,
    ConnectionsQuery,
    DeleteConnection,
    NewConnection,
    RunShown,
    StatusShown,
    Sync,
)
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN

api = Api("sales.crm.connections")


@api.get("/api/v1/crm/connections", auth=ADMIN)
def crm_connections_list(query: ConnectionsQuery) -> Connections:
    """The connections to CRMs, newest first, with how many there are."""
    return service.listed(query)


@api.post("/api/v1/crm/connections", auth=ADMIN, status=201, errors=[KeyReused])
def crm_connections_create(body: NewConnection, caller: Member, idempotency_key: str | None) -> ConnectionShown:
    """A connection. Its secrets are written and never shown; it is tested at once, and `check` says how that went."""
    return service.create(body, caller, idempotency_key)


@api.get("/api/v1/crm/connections/{connection_id}", auth=ADMIN, errors=[ConnectionNotFound])
def crm_connections_get(connection_id: int) -> ConnectionShown:
    """A connection."""
    return service.one(connection_id)


@api.put("/api/v1/crm/connections/{connection_id}", auth=ADMIN, errors=[ConnectionNotFound, ChangedMeanwhile])
def crm_connections_update(connection_id: int, body: ConnectionPatch) -> ConnectionShown:
    """Change a connection; new secrets replace all that were, and are tested."""
    return service.change(connection_id, body)


@api.delete("/api/v1/crm/connections/{connection_id}", auth=ADMIN, errors=[ConnectionNotFound, RunAtWork])
def crm_connections_delete(connection_id: int, query: DeleteConnection) -> Message:
    """A connection is gone, with its secrets, hooks and links; leads stay."""
    service.delete(connection_id, force=query.force)
    return message("Подключение удалено.")


@api.post(
    "/api/v1/crm/connections/{connection_id}/sync",
    auth=ADMIN,
    status=202,
    also=(200,),
    errors=[ConnectionNotFound, ConnectionOff, KeyReused],
)
def crm_connections_sync(connection_id: int, body: Sync, caller: Member, idempotency_key: str | None) -> RunShown:
    """Begin a run (202), or be shown the one that goes on (200)."""
    return service.sync(connection_id, body, caller, idempotency_key)


@api.get("/api/v1/crm/connections/{connection_id}/status", auth=ADMIN, errors=[ConnectionNotFound])
def crm_connections_status(connection_id: int) -> StatusShown:
    """How a connection stands: its test, its last run, what waits, and how far the two sides differ."""
    return service.status(connection_id)

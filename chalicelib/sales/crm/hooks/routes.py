"""The door of CRMs to us."""

from chalicelib.core.http import Api
from chalicelib.sales.crm.connections.errors import ConnectionNotFound
from chalicelib.sales.crm.hooks import service
from chalicelib.sales.crm.hooks.policy import CRM
from chalicelib.sales.crm.hooks.schemas import HookEvent, HookHeard

api = Api("sales.crm.hooks")


@api.post("/webhooks/crm/{connection_id}", auth=CRM, webhook=True, errors=[ConnectionNotFound])
def crm_hook(connection_id: int, body: HookEvent) -> HookHeard:
    """Hear of a change in a CRM: what is named is read back there, once however often it is told."""
    return service.hear(connection_id, body)

"""The ledger's door."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.messaging import service
from chalicelib.messaging.schemas import LedgerPage, LedgerQuery

api = Api("messaging")


@api.get("/messages", auth=security.SERVICE, errors=[ClientNotFound])
def list_messages(query: LedgerQuery) -> LedgerPage:
    """A client's messages, newest first: what was said, why, and how it ended."""
    return service.ledger(query)

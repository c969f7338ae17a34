"""The client base's doors."""

from chalicelib.clients import service
from chalicelib.clients.schemas import Registered, Registration
from chalicelib.core import security
from chalicelib.core.http import Api

api = Api("clients")


@api.post("/client-registration", auth=security.SERVICE, webhook=True)
def client_registration(body: Registration) -> Registered:
    """Register a Telegram user as a client."""
    return service.register(user_id=body.user_id)

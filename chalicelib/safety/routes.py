"""The door by which a person lifts a pause."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.safety import service
from chalicelib.safety.schemas import Resumed

api = Api("safety")


@api.post("/clients/{client_id}/resume", auth=security.SERVICE, errors=[ClientNotFound])
def resume_client(client_id: str) -> Resumed:
    """Let automated messages go to a client again after an alarm; `client_id` is a lead number or an id."""
    return service.resume(client_id)

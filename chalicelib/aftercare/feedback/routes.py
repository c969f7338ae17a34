"""The feedback form's door."""

from chalicelib.aftercare.feedback import service
from chalicelib.aftercare.feedback.schemas import FeedbackAnswer, FeedbackForm
from chalicelib.clients.errors import ClientNotFound
from chalicelib.core import security
from chalicelib.core.http import Api

api = Api("aftercare.feedback")


@api.post("/client-os", auth=security.SERVICE, webhook=True, errors=[ClientNotFound])
def client_os(body: FeedbackForm) -> FeedbackAnswer:
    """Keep the client's feedback form and do what it asks for."""
    return service.give(body)

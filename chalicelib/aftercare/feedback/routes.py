"""The feedback form's door."""

from chalicelib.aftercare.feedback import service
from chalicelib.aftercare.feedback.schemas import FeedbackAnswer, FeedbackForm
from chalicelib.clients.errors import ClientNotFound
from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.core.schemas import Contour

api = Api("aftercare.feedback")


@api.post("/client-os", auth=security.SERVICE, webhook=True, errors=[ClientNotFound], test_contour=True)
def client_os(body: FeedbackForm, contour: Contour) -> FeedbackAnswer:
    """Keep the client's feedback form and do what it asks for."""
    return service.give(body, contour)

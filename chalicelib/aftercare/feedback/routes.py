"""The feedback form's door."""

from chalicelib.access import pages
from chalicelib.access.errors import TooManyUses
from chalicelib.aftercare.feedback import service
from chalicelib.aftercare.feedback.schemas import FeedbackAnswer, FeedbackForm
from chalicelib.clients.errors import ClientNotFound
from chalicelib.core.http import Api
from chalicelib.core.schemas import Contour
from chalicelib.core.security import Caller

api = Api("aftercare.feedback")


@api.post("/client-os", auth=pages.FEEDBACK_PAGE, webhook=True, errors=[ClientNotFound, TooManyUses], test_contour=True)
def client_os(body: FeedbackForm, caller: Caller, contour: Contour) -> FeedbackAnswer:
    """Keep the client's feedback form and do what it asks for."""
    return service.give(body, caller, contour)

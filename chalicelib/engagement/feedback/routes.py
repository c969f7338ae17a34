"""The doors of what clients say: the app's, and the office's list."""

from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.policies import APP
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import UseCursor
from chalicelib.core.security import Caller
from chalicelib.engagement.feedback import service, showing
from chalicelib.engagement.feedback.schemas import Feedback, FeedbackQuery, FeedbackShown, NewFeedback, NewRating, RatingGiven
from chalicelib.staff.members import Member
from chalicelib.staff.policies import OFFICE

api = Api("engagement.feedback")
FEEDBACK = "/api/v1/admin/feedback"


@api.post("/api/v1/feedback/app/rating", auth=APP, errors=[ProductNotFound, KeyReused])
def submit_app_rating(body: NewRating, caller: Caller, idempotency_key: str | None) -> RatingGiven:
    """Rate a good or a service; another rating of it takes the place of the last one."""
    return service.rate(body, caller, key=idempotency_key)


@api.get(FEEDBACK, auth=OFFICE, errors=[UseCursor])
def list_feedback(query: FeedbackQuery) -> Feedback:
    """What clients said, the newest first: by the app, to the office, of sessions."""
    return showing.listed(query)


@api.post(FEEDBACK, auth=OFFICE, errors=[ClientNotFound, ProductNotFound, KeyReused])
def create_feedback(body: NewFeedback, caller: Member, idempotency_key: str | None) -> FeedbackShown:
    """Write down what a client said."""
    return service.note(body, key=idempotency_key, actor=caller.actor)

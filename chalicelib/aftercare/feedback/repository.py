"""Reads and writes of feedback forms."""

from chalicelib.aftercare.feedback.errors import FeedbackRaced
from chalicelib.aftercare.feedback.models import Feedback
from chalicelib.core import storage


def get(client_id: str, about: str) -> Feedback | None:
    """A client's form about one session, or None."""
    (row,) = storage.read(Feedback.at(client_id, about))
    return row


def save(tx: storage.Transaction, row: Feedback, standing: Feedback | None) -> None:
    """Write a form over what was read."""
    seen = Feedback.client_id.does_not_exist() if standing is None else Feedback.given_at == standing.given_at
    tx.put(row, condition=seen, otherwise=FeedbackRaced())

"""What the log says of what clients say."""

from datetime import datetime
from typing import Any

from chalicelib.core import facts, storage
from chalicelib.core.facts import NOBODY, Fact, detailed
from chalicelib.engagement.feedback.models import Review


@detailed
class ReviewGiven(Fact):
    """A client said what he thinks, by the app, to the office, or of a session; `ref` is its number. `rating` is his mark, `was_rating`
    the one in whose place it stands, `was_at` when that was given. Of a session his timeline has `session_rated`: this is nobody's.
    """

    source: str
    review_type: str
    rating: int | None = None
    was_rating: int | None = None
    was_at: datetime | None = None


def given(tx: storage.Transaction, row: Review, seen: Review | None) -> None:
    """Add to a transaction what is said, in the place of what was."""
    subject = NOBODY if row.source == "session" else row.client_id or NOBODY
    said: dict[str, Any] = {"source": row.source, "review_type": row.feedback_type, "rating": _whole(row.rating)}
    if seen is not None and seen.rating is not None:
        said |= {"was_rating": int(seen.rating), "was_at": seen.given_at}
    facts.record(tx, ReviewGiven(subject=subject, contour="live", ref=str(int(row.number)), at=row.given_at, **said))


def _whole(rating: Any) -> int | None:
    return None if rating is None else int(rating)

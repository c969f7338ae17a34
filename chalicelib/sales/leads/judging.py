"""A lead's score as his row keeps it: what is known of him and what he did, judged at a moment."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

Judge = Callable[[Any, Any, Sequence[Any], datetime], dict[str, Any]]
"""By a lead, his card, what he did and a moment: what his row keeps of his score."""

LATER = timedelta(days=30)


def events(client_id: str) -> list[Any]:
    """What a client did, as far as a score rests on it: one query."""
    return []


def scored(lead: Any, card: Any, happened: Sequence[Any], at: datetime) -> dict[str, Any]:
    """The score, its category, why, and when it is to be looked at again."""
    return {"score": None, "score_category": "unknown", "detail": None, "scored_at": at, "rescore_at": at + LATER}

"""A lead's score as his row keeps it: what is known of him and what he did, judged at a moment."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from chalicelib.sales.scoring import evidence, explanation, profile, rules
from chalicelib.sales.scoring.rules import Event

Judge = Callable[[Any, Any, Sequence[Any], datetime], dict[str, Any]]
"""By a lead, his card, what he did and a moment: what his row keeps of his score."""


def events(client_id: str) -> list[Event]:
    """What a client did, as far as a score rests on it: one query."""
    return evidence.events(client_id)


def scored(lead: Any, card: Any, happened: Sequence[Any], at: datetime) -> dict[str, Any]:
    """The score, its category, why, and when it is to be looked at again."""
    found = rules.judged(lead, card, happened, at, profile.current())
    said = {"score": found.score, "score_category": found.category, "detail": explanation.carried(lead.detail, found.said)}
    return {**said, "scored_at": at, "rescore_at": found.rescore_at}

"""What is one thing, and what is told of it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

LOW_MARK: Final = 3
"""A mark up to this is told to the admin."""

KEPT_MARKS, KEPT_WORDS = 20, 500
"""How many earlier ratings one remembers, and how much of the words of each."""

SESSION: Final = "session"


def of_app(client: str, card: int) -> str:
    """Where a client's one live rating of a card stands."""
    return f"app#{client}#{card}"


def of_session(ticket_id: str, session_id: str) -> str:
    """Where a session's mark stands."""
    return f"session#{ticket_id}#{session_id}"


def of_office(number: int) -> str:
    """Where it stands what the office wrote down."""
    return f"office#{number}"


def about(object_type: str | None, object_id: int | None) -> str | None:
    """What it is about, as lists look for it: goods and services are numbered together, appointments apart."""
    if object_id is None:
        return None
    return f"{SESSION if object_type == SESSION else 'card'}#{object_id}"


def earlier(row: Any) -> dict[str, Any]:
    """What stands of a rating that another one takes the place of."""
    return {"rating": int(row.rating), "text": row.text[:KEPT_WORDS], "at": row.given_at.isoformat()}


def marked_at(history: Sequence[Mapping[str, Any]] | None, otherwise: datetime) -> datetime:
    """When a session got the mark that stands."""
    return datetime.fromisoformat(history[-1]["at"]) if history else otherwise


def is_low(rating: int, was: int | None) -> bool:
    """Whether the admin is to hear of a mark: a low one, which he has not heard of."""
    return rating <= LOW_MARK and rating != was


def is_wanted(row: Any, *, object_type: str | None, feedback_type: str | None, client: str | None, thing: str | None) -> bool:
    """Whether an index' row belongs to a list; of what the index is read by it may say nothing."""
    asked = {"object_type": object_type, "feedback_type": feedback_type, "client": client, "about": thing}
    return all(value is None or getattr(row, name) == value for name, value in asked.items())

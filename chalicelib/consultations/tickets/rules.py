"""Which question is a repeat, and what a status here means there. Pure but for reading shipped mappings."""

import json
import unicodedata
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

REPEAT_WITHIN = timedelta(days=1)
"""How long the same words of the same client for the same time are one question."""

RECEIVED = "received"
OVER = {"closed", "other"}
"""Statuses in which a consultation has an end."""

Follower = Literal["chatwoot", "onec"]
FOLLOWERS: tuple[Follower, ...] = ("chatwoot", "onec")

_STATUSES = Path(__file__).parent / "data" / "statuses.json"


@cache
def _statuses() -> dict[str, dict[str, dict[str, str]]]:
    return json.loads(_STATUSES.read_text(encoding="utf-8"))


def public(status: str) -> str:
    """What callers read: new, pending, closed or other."""
    return str(_statuses()["public"][status])


def ours(follower: Follower, reading: str, status: str) -> str:
    """The status that a follower's reading stands for; a reading nobody knows leaves `status` as it is."""
    readings = _statuses()[follower]["ours"]
    return readings.get(reading) or readings.get("*", status)


def theirs(follower: Follower, status: str) -> str | None:
    """What a status is called there; None where the follower has no word for it and is left as it stands."""
    return _statuses()[follower]["theirs"].get(status)


def normalised(comment: str) -> str:
    """Words as they are compared: case, spacing, width and invisible marks make no other question."""
    seen = "".join(mark for mark in unicodedata.normalize("NFKC", comment).casefold() if unicodedata.category(mark) != "Cf")
    return " ".join(seen.split())


def question_marks(comment: str, scheduled_at: datetime | None, *about: str | None) -> tuple[str, ...]:
    """What tells a client's question from his others: its words, its time, the topic and the question it is `about`."""
    return normalised(comment), scheduled_at.isoformat() if scheduled_at else "", *(normalised(one or "") for one in about)


def place_of(number: int) -> str:
    """A client's n-th consultation as a key that sorts."""
    return f"{number:010d}"


def page(total: int, skip: int) -> str:
    """The newest place after `skip` newer ones."""
    return place_of(max(total - skip, 0))

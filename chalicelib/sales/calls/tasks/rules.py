"""What a task may become, when it is late, and by what lists find it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Literal

from chalicelib.core import places
from chalicelib.core.bitmaps import Described
from chalicelib.sales.calls import rules as calls

Type = Literal["callback", "follow_up", "meeting", "send", "other"]
Priority = Literal["low", "medium", "high", "urgent"]
Status = Literal["suggested", "pending", "in_progress", "completed", "cancelled"]

OPEN: Final = frozenset({"suggested", "pending", "in_progress"})
"""Statuses of what is to be done."""

OURS: Final = ("pending", "in_progress")
"""Of what somebody has taken up: what is only suggested is late for nobody."""

ALL, LEAD, CALL, STATUS, SEEN, WHOSE, DUE, CREATED = (
    f"tasks.{name}" for name in ("task", "lead", "call", "status", "seen", "whose", "due", "created")
)
FACETS: Final = (ALL, LEAD, CALL, STATUS, SEEN, WHOSE, DUE, CREATED)

LAST: Final = "~"
"""Behind every moment."""


def is_overdue(task: Any, now: datetime) -> bool:
    """Whether it should be done by now."""
    return task.status in OURS and task.due_at is not None and bool(task.due_at < now)


def is_seen(task: Any, user_id: int) -> bool:
    """Whether one who sees his own and nobody's sees it: by the lead, or because it is his to do."""
    return not task.lead_stands or task.owner in (None, user_id) or task.assigned_to == user_id


def indexed(task: Any, contour: str) -> dict[str, str | None]:
    """In which indexes a task stands."""
    number = int(str(task.place).rpartition("#")[2])
    return {
        "open_of": task.lead if task.status in OPEN and task.lead else None,
        "due_in": contour if task.due_at is not None else None,
        "due_place": places.of_both(task.due_at, number) if task.due_at is not None else f"{LAST}{places.of_number(number)}",
    }


def moved(task: Any, said: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What else is different of a task that changes its status."""
    if said.get("status", task.status) == task.status:
        return {}
    return {"completed_at": now if said["status"] == "completed" else None}


def name(call: int, kind: str, quote: str) -> str:
    """By what a suggestion is there once: its call, what is to be done, and the words for it."""
    return calls.name("task", call, kind, " ".join(quote.casefold().replace("ё", "е").split()))


def described(row: Any, due_on: str | None, created_on: str) -> Described:
    """In which facets a task is."""
    owner = str(int(row.owner or 0)) if row.lead_stands else "0"
    whose = str(int(row.assigned_to or 0))
    said = {
        ALL: [""],
        LEAD: [str(int(str(row.lead).rpartition("#")[2]))] if row.lead and row.lead_stands else [],
        CALL: [str(int(row.call_number))] if row.call_number else [],
        STATUS: [row.status],
        SEEN: [owner, *([whose] if whose != "0" else [])],
        WHOSE: [whose],
        DUE: [due_on] if due_on else [],
        CREATED: [created_on],
    }
    return Described(frozenset(f"{facet}#{value}" for facet, values in said.items() for value in values))

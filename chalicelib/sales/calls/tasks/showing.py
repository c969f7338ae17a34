"""Tasks as callers read them, and as a lead's card shows the next of them."""

from collections.abc import Sequence
from typing import Any

from chalicelib.core import clock, storage
from chalicelib.core.schemas import utc_text
from chalicelib.sales.calls.showing import number_of
from chalicelib.sales.calls.tasks import repository, rules
from chalicelib.sales.calls.tasks.models import SalesTask
from chalicelib.sales.calls.tasks.schemas import TaskShown
from chalicelib.sales.leads import showing as cards

NEXT = 5
_PLAIN = ("task_type", "reason", "priority", "status", "quote", "start", "notes")
_MOMENTS = ("due_at", "completed_at", "created_at", "updated_at")
_NUMBERS = ("assigned_to", "created_by")


def shown(row: SalesTask) -> TaskShown:
    """A task."""
    told: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    told |= {name: utc_text(at) if (at := getattr(row, name)) else None for name in _MOMENTS}
    told |= {name: None if (said := getattr(row, name)) is None else int(said) for name in _NUMBERS}
    lead_id = number_of(str(row.lead)) if row.lead and row.lead_stands else None
    numbers = {"id": row.number, "version": int(row.version), "call_id": int(row.call_number) if row.call_number else None}
    return TaskShown(**told, **numbers, lead_id=lead_id, overdue=rules.is_overdue(row, clock.now()))


def next_keys(lead: str) -> list[storage.Key]:
    """Where a lead's next tasks stand: a call of the index."""
    return repository.open_of(lead, NEXT)


def next_shown(rows: Sequence[SalesTask | None]) -> list[dict[str, Any]]:
    """The same as his card shows them; what was done since is left out."""
    return [shown(row).model_dump(mode="json") for row in rows if row is not None and row.status in rules.OPEN]


cards.open_tasks.append(cards.Beside(next_keys, next_shown))

"""What an analysis suggests is a task once: by its call and its words, whatever became of it since."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from chalicelib.clients.index.rules import place as place_of
from chalicelib.core import clock, storage
from chalicelib.core.storage import ConditionFailed
from chalicelib.sales.calls import repository as calls
from chalicelib.sales.calls.models import CallName, SalesCall
from chalicelib.sales.calls.tasks import repository, rules
from chalicelib.sales.calls.tasks.models import SalesTask
from chalicelib.sales.calls.tasks.repository import LIVE


def suggest_in(tx: storage.Transaction, call: SalesCall, suggested: Sequence[Mapping[str, Any]]) -> int:
    """Add what was not suggested before, to whom the call's lead belongs; how many there are. The commit raises ConditionFailed where
    another worker suggested one of them meanwhile."""
    named = {rules.name(call.number, one["task_type"], one["quote"]): one for one in suggested}
    known = storage.read(*(CallName.at(name) for name in named)) if named else []
    fresh = [(name, one) for (name, one), row in zip(named.items(), known, strict=True) if row is None]
    numbers = storage.next_numbers(repository.COUNTER, len(fresh)) if fresh else range(0)
    for number, (name, one) in zip(numbers, fresh, strict=True):
        calls.named(tx, name, number, ConditionFailed("suggested meanwhile"))
        repository.create(tx, _row(number, call, one))
    return len(fresh)


def _row(number: int, call: SalesCall, one: Mapping[str, Any]) -> SalesTask:
    due = datetime.fromisoformat(one["due_at"]) if one["due_at"] else None
    row = SalesTask(place=place_of(LIVE, number), created_at=clock.now(), task_type=one["task_type"], status="suggested")
    row.reason, row.priority, row.due_at = one["text"], one["priority"], due
    row.quote, row.start, row.call_number = one["quote"], one["start"], call.number
    row.lead, row.client_id, row.owner, row.lead_stands = call.lead, call.client_id, call.owner, call.lead_stands
    row.assigned_to = call.owner if call.owner is not None else call.agent_id
    return row

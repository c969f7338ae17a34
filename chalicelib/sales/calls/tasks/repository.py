"""Reads and writes of tasks: whatever changes one has lists look at it anew."""

from collections.abc import Mapping
from typing import Any

from chalicelib.clients.index.rules import place as place_of
from chalicelib.core import storage, turns, unfolded
from chalicelib.sales.calls.finding import Whose
from chalicelib.sales.calls.tasks import rules
from chalicelib.sales.calls.tasks.errors import TaskRaced
from chalicelib.sales.calls.tasks.models import SalesTask

LIVE, COUNTER = "live", "sales-task"


def key(contour: str, number: int) -> storage.Key:
    """Where a task stands."""
    return SalesTask.at(place_of(contour, number))


def create(tx: storage.Transaction, row: SalesTask) -> None:
    """A new task."""
    for name, value in rules.indexed(row, LIVE).items():
        setattr(row, name, value)
    row.pending_in, row.revision = LIVE, 1
    tx.create(row)


def change(tx: storage.Transaction, row: SalesTask, said: Mapping[str, Any]) -> None:
    """Say this of a task (None clears), while it stands as it was read; the commit raises TaskRaced otherwise."""
    actions = [*_own(_with_indexes(row, said)), SalesTask.version.add(1), *unfolded.changed(SalesTask, LIVE)]
    tx.update(SalesTask.row(row.place), actions, condition=SalesTask.version == row.version, otherwise=TaskRaced())


def of_whom(row: SalesTask, said: Mapping[str, Any]) -> bool:
    """Have a task say whose it is; False where it has changed since it was read."""
    actions = [*_own(_with_indexes(row, said)), *unfolded.changed(SalesTask, LIVE)]
    return storage.change(SalesTask.row(row.place), actions, condition=SalesTask.revision == row.revision)


def whose(row: Any, of: Whose) -> dict[str, Any]:
    """What a task says of a client. What was its lead's owner's to do is his who owns the lead now."""
    said = {name: value for name, value in of.said.items() if name != "who"}
    passes = row.status in rules.OPEN and row.assigned_to is not None and row.assigned_to == row.owner and said["owner"] is not None
    return said | ({"assigned_to": said["owner"]} if passes else {})


def _with_indexes(row: SalesTask, said: Mapping[str, Any]) -> dict[str, Any]:
    after = SalesTask(place=row.place)
    after.attribute_values.update({**row.attribute_values, **said})
    now = rules.indexed(after, LIVE)
    return {**said, **{name: value for name, value in now.items() if value != getattr(row, name)}}


def _own(said: Mapping[str, Any]) -> list[Any]:
    found = ((getattr(SalesTask, name), value) for name, value in said.items())
    return [attribute.remove() if value is None else attribute.set(value) for attribute, value in found]


def of_lead(lead: str, most: int | None = None) -> list[SalesTask]:
    """The tasks of a client, all or the first of them: the index names them, and may lag behind one that passed to another."""
    found = storage.query(SalesTask.by_lead, lead, limit=most).rows
    return [row for row in storage.whole(found) if row.lead == lead]


def open_of(lead: str, most: int) -> list[storage.Key]:
    """Where the next tasks of a client stand, the first due first."""
    return [SalesTask.at(row.place) for row in storage.query(SalesTask.by_open, lead, limit=most).rows]


def by_due(**how: Any) -> storage.Page:
    """Tasks with a moment in its order."""
    return storage.query(SalesTask.by_due, LIVE, **how)


def pending(contour: str, most: int) -> storage.Page:
    """Rows that sets may be behind, as the index shows them."""
    return storage.query(SalesTask.by_pending, contour, limit=most)


def waiting() -> turns.Part:
    """The same for a tick, which reads each as it stands."""
    return turns.Part(SalesTask.by_pending, LIVE)


def folded(row: SalesTask, said: list[Any]) -> bool:
    """Change what the index keeps in a row, while it has the revision that was read."""
    return storage.change(row, said, condition=SalesTask.revision == row.revision)

"""What was changed of an employee, by whom, and what was accrued to him: written by the transaction that does it, newest first."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from chalicelib.core import paging, places, storage
from chalicelib.core.paging import PageQuery
from chalicelib.team.employees import repository, rules
from chalicelib.team.employees.models import Employee, EmployeeEvent
from chalicelib.team.employees.schemas import EventShown, History

CARDS, PAY = 0, 5_000_000
"""Where numbers of a card's events begin, and those of its pay: both have versions of their own."""

EACH, OF_ONE = 100, 10_000_000
"""Events that one version makes room for, and that one card does."""


def changed_in(
    tx: storage.Transaction, card: Employee, version: int, before: Mapping[str, Any], after: Mapping[str, Any], **who: Any
) -> None:
    """Add an event for each field of a card that changes."""
    for place, (field, old, new) in enumerate(rules.changes(before, after)):
        kind = "changed" if field != "status" else "restored" if new == "active" else "archived"
        note_in(tx, card.number, CARDS + version * EACH + place, kind, field=field, old_value=old, new_value=new, **who)


def note_in(tx: storage.Transaction, employee: int, number: int, kind: str, *, by: str, at: datetime, **said: Any) -> None:
    """Add one event; its number is one of its employee's, made of the version that it comes with."""
    told = employee * OF_ONE + number
    place = places.of_both(at, told)
    tx.put(EmployeeEvent(employee=places.of_number(employee), happened=place, number=told, event_type=kind, by=by, created_at=at, **said))


def listed(employee: int, query: PageQuery) -> History:
    """A page of what was changed of him. Raises UseCursor, Invalid."""
    page = paging.part(query, lambda after: repository.events(employee, after), lambda row: str(row.happened))
    return History(employee_id=employee, items=[*_shown(page.rows)], **page.numbers)


def _shown(rows: Iterable[EmployeeEvent]) -> Iterable[EventShown]:
    for row in rows:
        yield EventShown(
            id=int(row.number),
            event_type=row.event_type,
            field=row.field,
            old_value=row.old_value,
            new_value=row.new_value,
            changed_by=row.by,
            payload_json=row.payload,
            created_at=row.created_at,
        )

"""Cards, what is one card's alone, and events: conditions and keys."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pynamodb.expressions.update import Action

from chalicelib.company.errors import NameTaken
from chalicelib.core import paging, storage
from chalicelib.core.places import below
from chalicelib.core.places import of_number as place
from chalicelib.team.employees.errors import EmployeeRaced
from chalicelib.team.employees.models import Employee, EmployeeEvent, EmployeeLink

HOUSE, COUNTER = "team", "crm-employee"


def number() -> int:
    """A number that no card has: one call."""
    return storage.next_number(COUNTER)


def key(number: int) -> storage.Key:
    """Where a card stands."""
    return Employee.at(HOUSE, place(number))


def everyone() -> list[Employee]:
    """All cards, of those who have left too, by number: never behind what was written."""
    return storage.query(Employee, HOUSE, consistent=True).rows


def create(tx: storage.Transaction, row: Employee) -> None:
    """Write a new card."""
    tx.create(row)


def change(tx: storage.Transaction, seen: Employee, values: dict[str, Any], *, by: str, at: datetime) -> None:
    """Change a card, `None` clearing a field; the commit raises EmployeeRaced where it has changed meanwhile."""
    attributes = Employee.get_attributes()
    actions: list[Action] = [attributes[name].remove() if value is None else attributes[name].set(value) for name, value in values.items()]
    actions += [Employee.version.add(1), Employee.by.set(by), Employee.updated_at.set(at)]
    same = Employee.version == int(seen.version)
    tx.update(Employee.row(HOUSE, seen.place), actions, condition=same, otherwise=EmployeeRaced())


def check_specialist(tx: storage.Transaction, seen: Employee, *, otherwise: Exception) -> None:
    """Decide nothing where somebody is another specialist by now than he was seen to be."""
    is_same = Employee.specialist_id == seen.specialist_id if seen.specialist_id else Employee.specialist_id.does_not_exist()
    tx.check(Employee.row(HOUSE, seen.place), is_same, otherwise=otherwise)


def link_key(kind: str, value: Any) -> storage.Key:
    """Where it stands whose card a user or a specialist has."""
    return EmployeeLink.at(f"{kind}#{value}")


def relink(tx: storage.Transaction, kind: str, before: Any, after: Any, employee: int) -> None:
    """Give one up and take another; the commit raises NameTaken where he is another card's."""
    if before == after:
        return
    if after is not None:
        row = EmployeeLink(link=f"{kind}#{after}", employee=employee)
        tx.create(row, otherwise=NameTaken({"field": f"{kind}_id"}))
    if before is not None:
        tx.delete(EmployeeLink.row(f"{kind}#{before}"), condition=EmployeeLink.employee == employee, otherwise=EmployeeRaced())


def events(number: int, after: str | None) -> Iterator[EmployeeEvent]:
    """What was changed of somebody, newest first, from behind a place on."""
    between = EmployeeEvent.happened <= below(after) if after else None
    return storage.scroll(EmployeeEvent, place(number), between=between, size=paging.most(after), newest_first=True)

"""Cards as they are read: a page by name, and one."""

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.company.directories import Directory
from chalicelib.company.models import Entry
from chalicelib.core import paging, storage
from chalicelib.staff.members import Member
from chalicelib.staff.rules import HEADS
from chalicelib.team.employees import access, repository, rules
from chalicelib.team.employees.access import Access
from chalicelib.team.employees.errors import CategoryNotFound, EmployeeNotFound
from chalicelib.team.employees.models import Employee
from chalicelib.team.employees.schemas import Employees, EmployeeShown, EmployeesQuery

CATEGORIES = Directory("employee-groups", (), ("name",), CategoryNotFound)

PLAIN = (
    *("full_name", "position", "email", "phone", "status", "is_archived", "payment_type", "hourly_rate", "piece_rate"),
    *("is_bookable", "specialist_id", "hired_at", "created_at", "updated_at"),
)


def shown(card: Employee, who: Access, category: Entry | None, warnings: Sequence[str] = ()) -> EmployeeShown:
    """A card as it is shown, with who signs in as him and the row of his category."""
    return EmployeeShown(
        id=card.number,
        category_id=None if card.category_id is None else int(card.category_id),
        category_name=str(category.said["name"]) if category else None,
        user_id=who.user_id,
        access_role=who.access_role,
        tg_id=int(who.telegram_id) if who.telegram_id else None,
        warnings=list(warnings),
        **{name: getattr(card, name) for name in PLAIN},
    )


def listed(query: EmployeesQuery) -> Employees:
    """A page of the cards that a panel asks for, by name: one query, and one read. Raises UseCursor, Invalid."""
    asked: dict[str, Any] = {"q": query.q, "category_id": query.category_id, "status": query.status, "is_archived": query.is_archived}
    found = sorted((card for card in repository.everyone() if rules.matches(card, **asked)), key=rules.by_name)

    def rows(after: str | None) -> Iterator[Employee]:
        return (card for card in found if after is None or rules.by_name(card) > after)

    page = paging.part(query, rows, rules.by_name)
    return Employees(items=[*_shown(page.rows)], **page.numbers)


def _shown(cards: Sequence[Employee]) -> Iterator[EmployeeShown]:
    users = access.keys(*(card.user_id for card in cards))
    for card, user, category in zip(cards, *storage.read_lists(users, [category_key(card) for card in cards]), strict=True):
        yield shown(card, access.of(card, user), category)


def category_key(card: Employee) -> storage.Key:
    """Where a card's category stands."""
    return CATEGORIES.key(int(card.category_id or 0))


def one(number: int) -> EmployeeShown:
    """A card. Raises EmployeeNotFound."""
    return next(iter(_shown([standing(number)])))


def standing(number: int) -> Employee:
    """A card as it stands. Raises EmployeeNotFound."""
    return known(*storage.read(repository.key(number)))


def known(card: Employee | None, member: Member | None = None) -> Employee:
    """A card that was read, if it is there and `member` may look at it: to a master nobody else exists. Raises EmployeeNotFound."""
    is_his = member is None or member.role in HEADS or (card is not None and member.user_id != 0 and card.user_id == member.user_id)
    if card is None or not is_his:
        raise EmployeeNotFound({"field": "employee_id"})
    return card

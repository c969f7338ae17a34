"""The doors of employees' cards, categories and history."""

from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.company.errors import NameTaken
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import PageQuery, UseCursor
from chalicelib.core.schemas import Answer
from chalicelib.staff.errors import EmailTaken, LastAdmin, LastOwner, OwnerOnly, TelegramTaken, UserNotFound
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN
from chalicelib.team.employees import categories, history, listing, writing
from chalicelib.team.employees.errors import CategoryInUse, CategoryNotFound, EmployeeArchived, EmployeeNotFound
from chalicelib.team.employees.schemas import (
    Archived,
    ById,
    Categories,
    Category,
    EmployeeChange,
    Employees,
    EmployeeShown,
    EmployeesQuery,
    History,
    NamedEmployee,
    NewCategory,
    NewEmployee,
)

api = Api("team.employees")
CARDS = "/api/v1/admin/employees"
MADE = (OwnerOnly, CategoryNotFound, SpecialistNotFound, UserNotFound, NameTaken, EmailTaken, TelegramTaken)
CHANGED = (*MADE, EmployeeNotFound, EmployeeArchived, LastAdmin, LastOwner)
GONE = (EmployeeNotFound, OwnerOnly, LastAdmin, LastOwner)


@api.get(CARDS, auth=ADMIN, errors=[UseCursor])
def employees_list(query: EmployeesQuery) -> Employees:
    """Cards of those who work here, by name; of those who have left with `is_archived` or `status`."""
    return listing.listed(query)


@api.post(CARDS, auth=ADMIN, errors=[*MADE, KeyReused])
def employees_create(body: NewEmployee, caller: Member, idempotency_key: str | None) -> EmployeeShown:
    """A new card. Whom clients can come to is a specialist of the calendar from now on; who signs in as him is an owner's to say."""
    return writing.create(body, key=idempotency_key, member=caller)


@api.put(CARDS, auth=ADMIN, errors=CHANGED)
def employees_update_named(body: NamedEmployee, query: ById, caller: Member) -> EmployeeShown:
    """Change the card that the body or the query names by `id`."""
    return writing.change(writing.named(body.id, query.id, where="body"), body, member=caller)


@api.delete(CARDS, auth=ADMIN, errors=GONE)
def employees_archive_named(query: ById, caller: Member) -> Archived:
    """Archive the card that the query names by `id`."""
    return writing.archive(writing.named(query.id), member=caller)


@api.get(f"{CARDS}/categories", auth=ADMIN)
def employee_categories_list() -> Categories:
    """Categories of employees."""
    return categories.listed()


@api.post(f"{CARDS}/categories", auth=ADMIN, errors=[NameTaken, KeyReused])
def employee_categories_create(body: NewCategory, caller: Member, idempotency_key: str | None) -> Category:
    """A new category; its name is its alone, whatever the case."""
    return categories.make(body, key=idempotency_key, actor=caller.actor)


@api.delete(f"{CARDS}/categories", auth=ADMIN, errors=[CategoryNotFound, CategoryInUse])
def employee_categories_delete_named(query: ById) -> Answer:
    """Remove the category that the query names by `id`."""
    return categories.remove(writing.named(query.id, whose="category"))


@api.delete(f"{CARDS}/categories/{{category_id}}", auth=ADMIN, errors=[CategoryNotFound, CategoryInUse])
def employee_categories_delete(category_id: int) -> Answer:
    """Remove a category that no card stands in."""
    return categories.remove(category_id)


@api.get(f"{CARDS}/{{employee_id}}", auth=ADMIN, errors=[EmployeeNotFound])
def employees_get(employee_id: int) -> EmployeeShown:
    """One card."""
    return listing.one(employee_id)


@api.put(f"{CARDS}/{{employee_id}}", auth=ADMIN, errors=CHANGED)
def employees_update(employee_id: int, body: EmployeeChange, caller: Member) -> EmployeeShown:
    """Change what a card says; what is absent stays. Each field that changes is told by the history."""
    return writing.change(employee_id, body, member=caller)


@api.delete(f"{CARDS}/{{employee_id}}", auth=ADMIN, errors=GONE)
def employees_archive(employee_id: int, caller: Member) -> Archived:
    """Have somebody work here no more: the card stays, his user's sessions are over at once, clients are offered no time of his."""
    return writing.archive(employee_id, member=caller)


@api.get(f"{CARDS}/{{employee_id}}/history", auth=ADMIN, errors=[EmployeeNotFound, UseCursor])
def employees_history(employee_id: int, query: PageQuery) -> History:
    """What was changed of somebody and accrued to him, newest first."""
    return history.listed(listing.standing(employee_id).number, query)

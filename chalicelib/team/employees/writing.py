"""Cards made, changed and archived: each in one transaction with the user, the specialist and the history that go with it."""

from datetime import datetime
from typing import Any

from chalicelib.company import directories, facts
from chalicelib.core import clock, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.core.places import of_number
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member
from chalicelib.team.employees import access, calendar, history, listing, repository, rules
from chalicelib.team.employees.access import Access
from chalicelib.team.employees.errors import EmployeeArchived, EmployeeRaced
from chalicelib.team.employees.listing import CATEGORIES
from chalicelib.team.employees.models import Employee
from chalicelib.team.employees.schemas import Archived, EmployeeChange, EmployeeFields, EmployeeShown, NewEmployee

CARD = "employee"
TOLD = (
    *("full_name", "category_id", "position", "email", "phone", "status", "payment_type", "hourly_rate", "piece_rate"),
    *("is_bookable", "specialist_id", "hired_at"),
)
"""What the history tells of a card; of who signs in it tells the rest."""

RACED = (EmployeeRaced, ChangedMeanwhile, storage.ConditionFailed)


@storage.again(AskedAtOnce, *RACED)
def create(body: NewEmployee, *, key: str | None, member: Member) -> EmployeeShown:
    """A new card, with his specialist and his user where there are to be such.

    Raises KeyReused, OwnerOnly, CategoryNotFound, SpecialistNotFound, UserNotFound, NameTaken, EmailTaken, TelegramTaken, Invalid.
    """
    request = once.request(member.actor, "POST /api/v1/admin/employees", key, body)
    before = request.made(storage.read(*request.keys))
    if before is not None:
        return listing.one(int(before))
    number, at = repository.number(), clock.now()
    none = Employee(house=repository.HOUSE, place=of_number(number), full_name="", version=0, by=member.actor, created_at=at, updated_at=at)
    tx = storage.Transaction()
    request.done(tx, str(number))
    said = _kept(body, set(type(body).model_fields))
    answer = _write_in(tx, none, {name: value for name, value in said.items() if name not in access.FIELDS or value}, member, at)
    tx.commit()
    return answer


def _kept(body: EmployeeFields, names: set[str]) -> dict[str, Any]:
    """What a body says by these names, as a row keeps it."""
    said: dict[str, Any] = {name: getattr(body, name) for name in names - {"id", "tg_id", "status", "is_archived"}}
    said |= {name: said[name] or "" for name in ("email", "phone") if name in said}
    if "tg_id" in names:
        said["telegram_id"] = None if body.tg_id is None else str(body.tg_id)
    if said.get("hired_at"):
        said["hired_at"] = said["hired_at"].isoformat()
    if said.get("specialist_id", "") is None:
        del said["specialist_id"]
    return said


@storage.again(*RACED)
def change(number: int, body: EmployeeChange, *, member: Member) -> EmployeeShown:
    """Change what a card says. Raises EmployeeNotFound, EmployeeArchived, LastAdmin, LastOwner, and what `create` does."""
    card = listing.standing(number)
    said = _kept(body, body.model_fields_set)
    status = rules.status_of(body.status, body.is_archived, card.status)
    return _changed(card, said | ({"status": status} if status != card.status else {}), member)


@storage.again(*RACED)
def archive(number: int, *, member: Member) -> Archived:
    """Have somebody work here no more, nor sign in; who has left already stays as he left. Raises EmployeeNotFound, OwnerOnly, LastAdmin,
    LastOwner.
    """
    card = listing.standing(number)
    shown = _changed(card, {"status": card.status if card.is_archived else "archived"}, member)
    return Archived(employee_id=number, is_archived=True, warnings=shown.warnings)


def _changed(card: Employee, said: dict[str, Any], member: Member) -> EmployeeShown:
    tx = storage.Transaction()
    answer = _write_in(tx, card, said, member, clock.now())
    tx.commit()
    return answer


def _write_in(tx: storage.Transaction, old: Employee, said: dict[str, Any], member: Member, at: datetime) -> EmployeeShown:
    """Add to the transaction what differs from `old`, which is of version 0 where there is none; how the card is shown then."""
    new = int(old.version) == 0
    changed = {name: value for name, value in said.items() if name not in access.FIELDS and (new or value != getattr(old, name))}
    card = _after(old, changed | {name: said[name] for name in ("telegram_id",) if name in said}, at)
    users = access.keys(old.user_id, said.get("user_id", old.user_id))
    now, user, who, category = storage.read(*users, calendar.key(card.specialist_id), listing.category_key(card))
    before = access.of(old, now)
    access.check_may(member, before, said)
    access.check_pay(member, before.user_id, access.PAY & changed.keys())
    if card.is_archived and said.get("access_role") and said["access_role"] != before.access_role:
        raise EmployeeArchived({"field": "access_role"})
    after = access.settle_in(tx, card, access.meant(before, said), user, member)
    calendar.settle_in(tx, card, changed, who)
    card.user_id = after.user_id
    _settle_in(tx, old, card, {**_told(old, before, new), "user_id": before.user_id}, _told(card, after, False), member.actor, at)
    warnings = calendar.warnings(card, who) if "status" in changed else []
    return listing.shown(card, after, category, warnings)


def _after(old: Employee, changed: dict[str, Any], at: datetime) -> Employee:
    """The card as it will be."""
    card = Employee(**{**old.attribute_values, **changed})
    if "status" in changed:
        card.archived_at = at if card.is_archived else None
    return card


def _told(card: Employee, who: Access, nothing: bool) -> dict[str, Any]:
    return {} if nothing else {name: getattr(card, name) for name in TOLD} | who._asdict()


def _settle_in(
    tx: storage.Transaction, old: Employee, card: Employee, before: dict[str, Any], after: dict[str, Any], by: str, at: datetime
) -> None:
    """Write the card, its links, its history and the log; nothing where nothing differs."""
    fields = {name for name, _, _ in rules.changes(before, after)}
    if not fields:
        return
    number, new = card.number, int(old.version) == 0
    if "category_id" in fields and card.category_id is not None:
        directories.use_in(tx, CATEGORIES, int(card.category_id), where="category_id")
    repository.relink(tx, "user", _int(old.user_id), _int(card.user_id), number)
    repository.relink(tx, "specialist", old.specialist_id, card.specialist_id, number)
    if new:
        card.version = 1
        repository.create(tx, card)
        facts.made(tx, CARD, number)
        history.note_in(tx, number, 0, "created", by=by, at=at)
        return
    if card.specialist_id not in (None, old.specialist_id):
        calendar.learn_in(tx, number)
    names = {*TOLD, "user_id", "telegram_id", "archived_at"}
    values = {name: getattr(card, name) for name in names if getattr(card, name) != getattr(old, name)}
    repository.change(tx, old, values, by=by, at=at)
    facts.changed(tx, CARD, number, fields)
    history.changed_in(tx, card, int(old.version) + 1, before, after, by=by, at=at)
    card.updated_at = at


def _int(value: float | None) -> int | None:
    return None if value is None else int(value)


def named(*said: int | None, where: str = "query", whose: str = "employee") -> int:
    """The one whom a query, or a body too, names. Raises Invalid where none does, or they name two."""
    numbers = {one for one in said if one is not None}
    if len(numbers) != 1:
        msg = f"expected one {whose}, not two: body and query differ" if numbers else f"expected the {whose}'s id"
        raise Invalid.field(where, "id", msg=msg)
    return numbers.pop()

"""Categories of employees: a list that the house keeps, from which nothing goes that a card stands in."""

from collections import Counter

from chalicelib.company import directories
from chalicelib.company.models import Entry
from chalicelib.company.repository import EntryRaced
from chalicelib.core import once, storage
from chalicelib.core.schemas import Answer
from chalicelib.team.employees import repository
from chalicelib.team.employees.errors import CategoryInUse
from chalicelib.team.employees.listing import CATEGORIES
from chalicelib.team.employees.schemas import Categories, Category, NewCategory

SHOWN = 10
"""Ids that a refusal names."""


def listed() -> Categories:
    """All of them, each with how many cards stand in it."""
    counts = Counter(card.category_id for card in repository.everyone())
    return Categories([_shown(row, counts[int(row.place)]) for row in CATEGORIES.everything()])


def _shown(row: Entry, count: int) -> Category:
    return Category(id=int(row.place), employees_count=count, created_at=row.created_at, **row.said)


def make(body: NewCategory, *, key: str | None, actor: str) -> Category:
    """A new category. Raises NameTaken, KeyReused."""
    request = once.request(actor, "POST /api/v1/admin/employees/categories", key, body)
    return _shown(directories.make(CATEGORIES, {"name": body.name, "is_active": True}, request=request, actor=actor), 0)


@storage.again(EntryRaced)
def remove(number: int) -> Answer:
    """Remove a category. Raises CategoryNotFound, CategoryInUse.

    Cards are read after the entry, and whoever names it moves its version: one who comes into it meanwhile is seen the next time.
    """
    row = CATEGORIES.standing(number, *storage.read(CATEGORIES.key(number)), where="category_id")
    if within := [card.number for card in repository.everyone() if card.category_id == number]:
        raise CategoryInUse({"employees": within[:SHOWN]})
    tx = storage.Transaction()
    directories.remove_in(tx, CATEGORIES, row)
    tx.commit()
    return Answer()

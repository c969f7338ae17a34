"""Balances and movements as panels read them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock import repository, rules
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.catalogue.stock.models import Movement
from chalicelib.catalogue.stock.schemas import Lying, Movements, MovementShown, MovementsQuery, StockShown
from chalicelib.company.directories import LOCATIONS
from chalicelib.company.models import Entry
from chalicelib.core import facts, pagination, paging, storage

SHOWN_DAYS = 92
FIRST_DAY = date(2020, 1, 1)
"""Before anything was written here."""

_PLACE = re.compile(r"\d{10}\.\d{6}#\d{12}", re.ASCII)


def stock(product: int) -> StockShown:
    """How much of a product lies where, as it stands. Raises ProductNotFound."""
    lies = [row for row in repository.balances(product) if row.quantity]
    numbers = [int(row.location) for row in lies]
    row, *entries = storage.read(Product.at(repository.place(product)), *map(LOCATIONS.key, numbers))
    if row is None:
        raise ProductNotFound({"field": "product_id"})
    names = [_name(number, entry) for number, entry in zip(numbers, entries, strict=True)]
    shown = [
        Lying(location_id=number, location_name=name, quantity=lying.quantity)
        for number, name, lying in zip(numbers, names, lies, strict=True)
    ]
    total = sum(int(lying.quantity) for lying in lies)
    return StockShown(product_id=product, total_stock=total, by_location=shown, items=shown, total_quantity=total)


def movements(query: MovementsQuery) -> Movements:
    """A page of movements, newest first. Raises UseCursor, Invalid."""
    first, last = query.span(SHOWN_DAYS)
    if query.product_id and not query.date_from:
        first = min(FIRST_DAY, last)
    since, before = facts.bounds(first, last)

    def rows(after: str | None) -> Iterator[Any]:
        if after and not _PLACE.fullmatch(after):
            raise pagination.refused()
        if query.product_id:
            found = repository.of_product(query.product_id, since, before, after)
        else:
            found = repository.of_years(since, before, after)
        return (row for row in found if _is_wanted(row, query))

    page = paging.part(query, rows, lambda row: str(row.moved))
    return Movements(items=movements_shown(page.rows) if query.product_id else _whole(page.rows), **page.numbers)


def _is_wanted(row: Any, query: MovementsQuery) -> bool:
    located = query.location_id is None or int(row.location) == query.location_id
    return located and query.movement_type in (None, row.movement_type)


def movements_shown(rows: Sequence[Movement], locations: Mapping[int, Entry | None] | None = None) -> list[MovementShown]:
    """Movements as they are shown; what their locations are called is read where it is not given."""
    numbers = sorted({int(row.location) for row in rows})
    known = locations or dict(zip(numbers, storage.read(*map(LOCATIONS.key, numbers)), strict=True))
    return [_shown(row, _name(int(row.location), known[int(row.location)])) for row in rows]


def _whole(found: Sequence[Any]) -> list[MovementShown]:
    """What an index named, as it stands, in one read with what the locations are called."""
    numbers = sorted({int(row.location) for row in found})
    rows = storage.read(*map(storage.address, found), *map(LOCATIONS.key, numbers))
    return movements_shown([row for row in rows[: len(found)] if row], dict(zip(numbers, rows[len(found) :], strict=True)))


def _name(number: int, row: Entry | None) -> str:
    return str(LOCATIONS.standing(number, row, where="location_id").said["name"])


def _shown(row: Movement, location: str) -> MovementShown:
    target = (row.other_location if row.delta < 0 else row.location) if row.transfer else None
    worth = None if row.unit_cost is None else abs(rules.worth(int(row.delta), int(row.unit_cost)))
    return MovementShown(
        id=row.number,
        product_id=int(row.product),
        location_id=int(row.location),
        location_name=location,
        to_location_id=int(target) if target else None,
        transfer_id=int(row.transfer) if row.transfer else None,
        balance_after=row.balance,
        unit_cost_rub=row.unit_cost,
        total_cost_rub=worth,
        occurred_at=row.occurred_at or row.created_at,
        operation_id=row.operation,
        **{name: getattr(row, name) for name in _SAME},
    )


_SAME = ("product_name", "movement_type", "quantity", "delta", "counterparty", "comment", "created_at", "actor")

"""Movements by hand: goods that come, go, are counted or carried elsewhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock import repository, rules
from chalicelib.catalogue.stock.errors import OutOfStock, ProductNotFound, StockOfService
from chalicelib.catalogue.stock.models import Movement
from chalicelib.catalogue.stock.reading import movements_shown
from chalicelib.catalogue.stock.repository import StockRaced
from chalicelib.catalogue.stock.schemas import MovementShown, NewMovement
from chalicelib.catalogue.stock.service import is_tracked
from chalicelib.company.directories import LOCATIONS
from chalicelib.company.errors import LocationClosed
from chalicelib.company.models import Entry
from chalicelib.core import clock, once, storage
from chalicelib.core.amounts import THOUSANDTHS, shown
from chalicelib.core.once import AskedAtOnce, Request


@dataclass(frozen=True)
class _Leg:
    """What one location gets, and what lay there; `other` is the other end of a transfer."""

    location: int
    delta: int
    seen: int
    other: int | None = None


@dataclass(frozen=True)
class _Seen:
    """What stands: the product, what lies at each location that was named, and what those are called."""

    product: Product
    lies: dict[int, int]
    locations: dict[int, Entry]


def move(product: int, body: NewMovement, *, key: str | None, actor: str) -> MovementShown:
    """Move goods: the movement, of a transfer its first leg.

    Raises ProductNotFound, StockOfService, LocationNotFound, LocationClosed, OutOfStock, KeyReused, and StockRaced, which is Busy.
    Under a crowd what lies there after a movement is not known any more, and the movement is made without it.
    """
    request = once.request(actor, f"POST /api/v1/admin/products/{product}/movements", key, body)
    try:
        return _moved(product, body, request, actor, exact=True)
    except StockRaced:
        return _moved(product, body, request, actor, exact=False)


@storage.again(AskedAtOnce, StockRaced)
def _moved(product: int, body: NewMovement, request: Request, actor: str, *, exact: bool) -> MovementShown:
    named = [body.location_id, *([body.to_location_id] if body.to_location_id else [])]
    rows = storage.read(
        Product.at(repository.place(product)),
        *(repository.key(product, location) for location in named),
        *(LOCATIONS.key(location) for location in named),
        *request.keys,
    )
    before = request.made(rows[1 + 2 * len(named) :])
    if before is not None:
        return movements_shown(storage.read(Movement.at(repository.place(product), before)))[0]
    seen = _seen(rows, named)
    movement = _written(seen, body, _legs(seen, body), request, actor, exact)
    return movements_shown([movement], seen.locations)[0]


def _seen(rows: Sequence[Any], named: list[int]) -> _Seen:
    """What stands, in the order in which it was read. Raises what forbids to move it."""
    product, lies, entries = rows[0], rows[1 : 1 + len(named)], rows[1 + len(named) : 1 + 2 * len(named)]
    if product is None:
        raise ProductNotFound({"field": "product_id"})
    if not is_tracked(product):
        raise StockOfService({"product_id": product.number})
    locations = {}
    for where, number, row in zip(("location_id", "to_location_id"), named, entries, strict=False):
        locations[number] = LOCATIONS.standing(number, row, where=where)
        if not locations[number].said["is_active"]:
            raise LocationClosed({"field": where})
    return _Seen(product, {number: int(row.quantity) if row else 0 for number, row in zip(named, lies, strict=True)}, locations)


def _legs(seen: _Seen, body: NewMovement) -> list[_Leg]:
    """What each location gets. Raises OutOfStock."""
    here = seen.lies[body.location_id]
    first = _Leg(body.location_id, rules.delta(body.movement_type, body.quantity, here), here, body.to_location_id)
    if first.delta < -here and body.movement_type != "adjustment":
        raise OutOfStock({"product_id": seen.product.number, "available": shown(here, THOUSANDTHS)})
    if body.to_location_id is None:
        return [first]
    return [first, _Leg(body.to_location_id, body.quantity, seen.lies[body.to_location_id], body.location_id)]


def _written(seen: _Seen, body: NewMovement, legs: list[_Leg], request: Request, actor: str, exact: bool) -> Movement:
    number, at, tx = repository.number() * repository.EACH, clock.now(), storage.Transaction()
    exact = exact or body.movement_type == "adjustment"
    made = [_leg(tx, seen.product, body, leg, number + place, exact, at, actor) for place, leg in enumerate(legs)]
    request.done(tx, made[0].moved)
    if len(legs) == 1:
        repository.total(tx, seen.product, legs[0].delta, legs[0].location, cost=_cost(seen.product, body))
    tx.commit()
    return made[0]


def _cost(product: Product, body: NewMovement) -> int | None:
    """What a piece costs on average after goods came at a cost of theirs; None where nothing says so."""
    if body.movement_type != "income" or body.unit_cost_rub is None:
        return None
    return rules.average(int(product.stock), int(product.cost), body.quantity, body.unit_cost_rub)


def _leg(
    tx: storage.Transaction, product: Product, body: NewMovement, leg: _Leg, number: int, exact: bool, at: datetime, actor: str
) -> Movement:
    repository.balance(tx, product.number, leg.location, leg.delta, seen=leg.seen if exact else None)
    movement = repository.move(
        tx,
        product,
        number,
        leg.location,
        at=at,
        movement_type=body.movement_type,
        other_location=repository.place(leg.other) if leg.other else None,
        transfer=str(number - number % repository.EACH) if leg.other else None,
        quantity=body.quantity,
        delta=leg.delta,
        balance=leg.seen + leg.delta if exact else None,
        unit_cost=int(product.cost) if body.unit_cost_rub is None else body.unit_cost_rub,
        counterparty=body.counterparty,
        comment=body.comment,
        occurred_at=body.occurred_at,
        actor=actor,
    )
    repository.tell(tx, product, movement)
    return movement

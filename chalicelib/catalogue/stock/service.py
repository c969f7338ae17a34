"""How much lies where, for whoever sells: goods move in the transaction of what moves them.

rows = storage.read(*stock.keys([7, 12], location), …)
moves = [Move(product, location, -2000, "sale") for …]
stock.moves_in(tx, moves, operation=number, actor=caller.actor, at=at)
with stock.told():
    tx.commit()
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock import repository, rules
from chalicelib.catalogue.stock.errors import OutOfStock
from chalicelib.catalogue.stock.models import Movement
from chalicelib.catalogue.stock.repository import StockRaced
from chalicelib.company.directories import LOCATIONS
from chalicelib.company.errors import LocationClosed
from chalicelib.company.models import Entry
from chalicelib.company.rules import Loyalty
from chalicelib.core import storage
from chalicelib.core.amounts import THOUSANDTHS, shown


@dataclass(frozen=True, slots=True)
class Move:
    """One product at one location: how much more lies there, in thousandths, or below zero how much less. A cost is a piece's."""

    product: Product
    location: int
    delta: int
    movement_type: Literal["sale", "income"]
    comment: str = ""
    unit_cost: int | None = None


def keys(products: Iterable[int], location: int | None) -> list[storage.Key]:
    """What to read before goods move: the products in the order they are named, and the location where one is named."""
    return [*(Product.at(repository.place(number)) for number in products), *([LOCATIONS.key(location)] if location else [])]


def place_of(location: int | None, row: Entry | None, loyalty: Loyalty) -> int:
    """Where goods are taken from: the location that was named, whose row was read, else the one that is set, else the first.

    Raises LocationNotFound, LocationClosed.
    """
    if location is None:
        return loyalty.location or rules.MAIN
    if not LOCATIONS.standing(location, row, where="location_id").said["is_active"]:
        raise LocationClosed({"field": "location_id"})
    return location


def is_tracked(product: Product) -> bool:
    """Whether it lies anywhere: a service does not, nor what nobody counts."""
    return product.item_type == "product" and bool(product.track_inventory)


def moves_in(tx: storage.Transaction, moves: Iterable[Move], *, operation: int, actor: str, at: datetime) -> list[Movement]:
    """Add the moves of an operation to its transaction: at most three writes a product, none for what is not tracked.

    Nothing is compared with what was read, so that parallel sales of one product do not wait for each other: only what is taken must lie
    there, else the commit raises StockRaced, which `told` makes OutOfStock.
    """
    moves = [move for move in moves if move.delta and is_tracked(move.product)]
    lies: Counter[tuple[int, int]] = Counter()
    products = {move.product.number: move.product for move in moves}
    for move in moves:
        lies[move.product.number, move.location] += move.delta
    for (number, location), delta in lies.items():
        repository.balance(tx, number, location, delta)
    for number, product in products.items():
        own = [(location, delta) for (of, location), delta in lies.items() if of == number]
        repository.total(tx, product, sum(delta for _, delta in own), own[0][0])
    return [_moved(tx, move, operation * repository.EACH + place, operation, actor, at) for place, move in enumerate(moves)]


def _moved(tx: storage.Transaction, move: Move, number: int, operation: int, actor: str, at: datetime) -> Movement:
    return repository.move(
        tx,
        move.product,
        number,
        move.location,
        at=at,
        movement_type=move.movement_type,
        quantity=abs(move.delta),
        delta=move.delta,
        unit_cost=int(move.product.cost) if move.unit_cost is None else move.unit_cost,
        comment=move.comment,
        operation=operation,
        actor=actor,
    )


def cost_of(moves: Iterable[Move]) -> int:
    """What the goods cost that leave, in kopecks; below zero what comes back."""
    return -sum(
        rules.worth(move.delta, int(move.product.cost) if move.unit_cost is None else move.unit_cost)
        for move in moves
        if is_tracked(move.product)
    )


@contextmanager
def told() -> Iterator[None]:
    """Around a commit: raises OutOfStock that says how much there is, read only where there was too little."""
    try:
        yield
    except StockRaced as short:
        raise OutOfStock({"product_id": short.product, "available": available(short.product, short.location)}) from short


def available(product: int, location: int) -> float:
    """How much lies at a location, as the wire says it."""
    (row,) = storage.read(repository.key(product, location))
    return shown(int(row.quantity) if row else 0, THOUSANDTHS)

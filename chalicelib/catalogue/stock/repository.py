"""Balances and movements: what is taken must lie there, and every change of a balance has its movement."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock import rules
from chalicelib.catalogue.stock.facts import StockMoved
from chalicelib.catalogue.stock.models import Movement, Stock
from chalicelib.core import facts, paging, places, storage
from chalicelib.core.errors import Busy
from chalicelib.core.places import of_number as place

COUNTER = "crm-operation"
"""Movements share the counter of what makes them: an operation's take its number, those by hand one of their own."""

EACH = 100
"""Movements that one number makes room for: a bill has at most a hundred writes, and each movement is three of them."""

OPENING = EACH - 1
"""The one that no bill comes to: what a new product begins with takes the product's own number, and this."""


class StockRaced(Busy):
    """A balance is not what was seen, or less lies there than is taken; `product` and `location` are their numbers."""

    def __init__(self, product: int, location: int) -> None:
        self.product, self.location = product, location
        super().__init__()


def number() -> int:
    """A number for movements that no operation makes: one call."""
    return storage.next_number(COUNTER)


def key(product: int, location: int) -> storage.Key:
    """A balance's address."""
    return Stock.at(place(product), place(location))


def balances(product: int) -> list[Stock]:
    """How much of a product lies where, as it stands."""
    return storage.query(Stock, place(product), consistent=True).rows


def balance(tx: storage.Transaction, product: int, location: int, delta: int, *, seen: int | None = None) -> None:
    """Change how much lies at a location. The commit raises StockRaced where that is less than is taken, or not what was seen."""
    standing: Any = None
    if seen is not None:
        standing = Stock.quantity == seen
        standing = standing | Stock.quantity.does_not_exist() if seen == 0 else standing
    elif delta < 0:
        standing = Stock.quantity >= -delta
    row = Stock.row(place(product), place(location))
    tx.put_or_update(row, [Stock.quantity.add(delta)], condition=standing, otherwise=StockRaced(product, location))


def total(tx: storage.Transaction, row: Product, delta: int, location: int, *, cost: int | None = None) -> None:
    """Change how much there is in all and, where the average does, what it costs; the commit raises StockRaced.

    An average is of what was seen, so that stands under the condition that it is so still.
    """
    kept = Product.item_type == "product"
    if cost is not None:
        kept = kept & (Product.stock == int(row.stock)) & (Product.cost == int(row.cost))
    actions = [Product.stock.add(delta), None if cost is None else Product.cost.set(cost)]
    tx.update(Product.row(row.place), actions, condition=kept, otherwise=StockRaced(row.number, location))


def move(tx: storage.Transaction, row: Product, number: int, location: int, *, at: datetime, **said: Any) -> Movement:
    """Add a movement to the transaction that changes the balance."""
    movement = Movement(
        product=row.place,
        moved=places.of_both(at, number),
        year=facts.day_of(at)[:4],
        number=number,
        location=place(location),
        product_name=row.name,
        created_at=at,
        **said,
    )
    tx.create(movement)
    return movement


def tell(tx: storage.Transaction, row: Product, movement: Movement) -> None:
    """Add to a transaction what the log says of a movement that no operation makes."""
    fact = StockMoved(
        subject=facts.NOBODY,
        contour="live",
        ref=str(movement.number),
        at=movement.created_at,
        product=row.number,
        location=int(movement.location),
        delta=int(movement.delta),
        cost=rules.worth(int(movement.delta), int(movement.unit_cost)),
        movement_type=movement.movement_type,
    )
    facts.record(tx, fact)


def of_product(product: int, since: datetime, before: datetime, after: str | None) -> Iterator[Movement]:
    """A product's movements of a span, newest first, from behind a place on."""
    span = _between(since, before, after)
    return (
        storage.scroll(Movement, place(product), between=span, size=paging.most(after), newest_first=True) if span is not None else iter(())
    )


def of_years(since: datetime, before: datetime, after: str | None) -> Iterator[Any]:
    """Everything's movements of a span, newest first, from behind a place on; an index, whose rows have keys, location and type."""
    first, last = int(facts.day_of(since)[:4]), int(facts.day_of(before)[:4])
    span = _between(since, before, after)
    for year in range(last, first - 1, -1) if span is not None else ():
        yield from storage.scroll(Movement.by_year, str(year), between=span, size=paging.most(after), newest_first=True)


def _between(since: datetime, before: datetime, after: str | None) -> Any:
    """Both ends of a BETWEEN count, so the last place is the greatest text below a moment, or below a place; None of an empty span."""
    first, last = places.of_moment(since), places.below(min(places.of_moment(before), after or "~"))
    return Movement.moved.between(first, last) if first <= last else None  # the store refuses a range that ends before it begins

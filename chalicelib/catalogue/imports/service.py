"""Goods of another till come here, each thing once: a mark beside the products' signs says what was brought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from chalicelib.catalogue.products import repository as cards
from chalicelib.catalogue.products.models import Product, ProductSign
from chalicelib.catalogue.stock import repository
from chalicelib.catalogue.stock.repository import StockRaced
from chalicelib.core import clock, storage

ACTOR = "import"
TOGETHER = 45
"""Movements that are written at once: two rows each, of a transaction's hundred; and one number makes room for all."""


class BroughtMeanwhile(Exception):
    """Another import was faster: look again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PastMovement:
    """A movement of another till: `source` is what it is called there, `said` the row's other attributes."""

    source: str
    at: datetime
    location: int
    movement_type: str
    quantity: int
    said: Mapping[str, Any] = field(default_factory=dict)


@storage.again(BroughtMeanwhile)
def product(source: str, said: Mapping[str, Any], *, dry_run: bool = False) -> tuple[Product | None, bool]:
    """The card of another till's product, and whether it is new: the one of its SKU or barcode where that is known here.

    None where only a dry run knows it.
    """
    signs = [cards.key_of(field, said[field]) for field in cards.SIGNS if said.get(field)]
    mark, *same = storage.read(_mark(source), *signs)
    known = next((int(row.product) for row in (mark, *same) if row is not None), None)
    (row,) = storage.read(cards.key(known)) if known is not None else (None,)
    if mark is not None or dry_run:
        return row, known is None
    tx = storage.Transaction()
    card = row or _card(tx, said)
    _brought(tx, source, card.number)
    tx.commit()
    return card, row is None


def _card(tx: storage.Transaction, said: Mapping[str, Any]) -> Product:
    number, at = cards.number(), clock.now()
    row = Product(place=cards.place(number), by_name_at=cards.by_name(said["name"], number), by=ACTOR, created_at=at, updated_at=at, **said)
    cards.create(tx, row)
    return row


@storage.again(BroughtMeanwhile, StockRaced)
def counted(source: str, number: int, location: int, quantity: int, *, dry_run: bool = False) -> bool:
    """What lay of a product at a location, as its opening count there; whether that was new."""
    mark, lies, row = storage.read(_mark(source), repository.key(number, location), cards.key(number))
    if mark is not None or dry_run:
        return mark is None
    tx, seen = storage.Transaction(), int(lies.quantity) if lies else 0
    if quantity != seen:
        repository.balance(tx, number, location, quantity - seen, seen=seen)
        repository.total(tx, row, quantity - seen, location)
        said: dict[str, Any] = {"movement_type": "adjustment", "quantity": quantity, "delta": quantity - seen, "balance": quantity}
        room = repository.number() * repository.EACH
        repository.move(tx, row, room, location, at=clock.now(), unit_cost=int(row.cost), actor=ACTOR, **said)
    _brought(tx, source, number)
    tx.commit()
    return True


@storage.again(BroughtMeanwhile)
def past(row: Product, some: Sequence[PastMovement], *, dry_run: bool = False) -> list[bool]:
    """Write movements of a product, at most TOGETHER, as history; which of them are new.

    They move nothing here, so that what lies somewhere is what movements say: what was left of them is in the opening count.
    """
    marks = storage.read(*(_mark(one.source) for one in some))
    new = [one for one, mark in zip(some, marks, strict=True) if mark is None]
    if new and not dry_run:
        tx, room = storage.Transaction(), repository.number() * repository.EACH
        for place, one in enumerate(new):
            said = {"movement_type": one.movement_type, "quantity": one.quantity, "delta": 0, "actor": ACTOR, **one.said}
            repository.move(tx, row, room + place, one.location, at=one.at, **said)
            _brought(tx, one.source, row.number)
        tx.commit()
    return [mark is None for mark in marks]


def _mark(source: str) -> storage.Key:
    return ProductSign.at(f"import#{source}")


def _brought(tx: storage.Transaction, source: str, number: int) -> None:
    tx.create(ProductSign(sign=f"import#{source}", product=number), otherwise=BroughtMeanwhile())

"""Cards of products: their order, and the signs that are one product's alone."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from chalicelib.catalogue.products.models import LISTED, Product, ProductSign
from chalicelib.company.errors import NameTaken
from chalicelib.core import paging, storage
from chalicelib.core.bitmaps.words import folded
from chalicelib.core.errors import Busy
from chalicelib.core.places import of_number as place

COUNTER = "crm-product"
SIGNS = ("sku", "barcode")
LONGEST = 200
"""Letters of a folded name: some become many, and a key has at most 1,024 bytes."""


class ProductRaced(Busy):
    """A card, or what lies there of it, has changed since it was read: decide anew."""


def number() -> int:
    """A number that no product has: one call."""
    return storage.next_number(COUNTER)


def key(number: int) -> storage.Key:
    """A product's address."""
    return Product.at(place(number))


def key_of(field: str, value: str) -> storage.Key:
    """Where a SKU or a barcode says whose it is."""
    return ProductSign.at(_sign(field, value))


def by_name(name: str, number: int) -> str:
    """Where a card stands in the list."""
    return f"{_letters(name)}#{place(number)}"


def _letters(name: str) -> str:
    """A name as the list sorts it."""
    return " ".join(folded(name).split()).replace("#", " ")[:LONGEST]


def listed(prefix: str | None, after: str | None) -> Iterator[Any]:
    """Cards in the order of their names, from behind a place on; an index, whose rows have keys, kind, category and activity."""
    first = after + " " if after else ""
    start = _letters(prefix or "")
    first, last = max(first, start or " "), start + "\U0010ffff"
    if first > last:  # the store refuses such a range
        return iter(())
    return storage.scroll(Product.by_name, LISTED, between=Product.by_name_at.between(first, last), size=paging.most(after))


def create(tx: storage.Transaction, row: Product) -> None:
    """Add a card and its signs to a transaction. The commit raises NameTaken."""
    tx.create(row)
    for field in SIGNS:
        _claim(tx, field, getattr(row, field), row)


def change(tx: storage.Transaction, row: Product, said: dict[str, Any], *, by: str, at: datetime) -> None:
    """Change what a card says, with its signs. The commit raises NameTaken, or ProductRaced where it has changed meanwhile.

    A product that becomes a service lies nowhere: that nothing does is a condition. Stock and cost are movements' to change beside it.
    """
    for field in SIGNS:
        if field in said and _sign(field, said[field]) != _sign(field, getattr(row, field)):
            _release(tx, field, getattr(row, field))
            _claim(tx, field, said[field], row)
    actions = [getattr(Product, name).set(value) for name, value in said.items()]
    same = Product.version == int(row.version)
    if said.get("item_type") == "service":
        same = same & (Product.stock == 0)
    actions += [Product.version.add(1), Product.by.set(by), Product.updated_at.set(at)]
    tx.update(Product.row(row.place), actions, condition=same, otherwise=ProductRaced())


def _claim(tx: storage.Transaction, field: str, value: str, row: Product) -> None:
    if value:
        tx.create(ProductSign(sign=_sign(field, value), product=row.number), otherwise=NameTaken({"field": field}))


def _release(tx: storage.Transaction, field: str, value: str) -> None:
    if value:
        tx.delete(ProductSign.row(_sign(field, value)))


def _sign(field: str, value: str) -> str:
    return f"{field}#{_letters(value)}"

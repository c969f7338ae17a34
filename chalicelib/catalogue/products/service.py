"""Cards of goods and services: how they are listed, made and changed."""

from collections.abc import Iterator
from typing import Any

from chalicelib.catalogue.products import repository
from chalicelib.catalogue.products.errors import StockLeft
from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.products.repository import ProductRaced
from chalicelib.catalogue.products.schemas import NewProduct, ProductChange, ProductFields, Products, ProductShown, ProductsQuery
from chalicelib.catalogue.stock import opening
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.company import facts
from chalicelib.core import clock, once, paging, storage
from chalicelib.core.once import AskedAtOnce, Request

RENAMED = {"price_rub": "price", "cost_price_rub": "cost", "tax_rate_percent": "tax", "service_duration_min": "minutes"}
"""What a card calls otherwise than its row does."""

CARD = "product"
_SHOWN_AS = {kept: name for name, kept in RENAMED.items()}
_PLAIN = [name for name in ProductShown.model_fields if name not in (*RENAMED, "id", "images")]


def shown(row: Product) -> ProductShown:
    """A card as it is shown."""
    said = {name: getattr(row, name) for name in _PLAIN} | {name: getattr(row, kept) for name, kept in RENAMED.items()}
    return ProductShown(id=row.number, images=list(row.images or []), **said)


def listed(query: ProductsQuery) -> Products:
    """A page of cards by their names, each with how much there is. Raises UseCursor, Invalid."""

    def rows(after: str | None) -> Iterator[Any]:
        return (row for row in repository.listed(query.q, after) if _is_wanted(row, query))

    page = paging.part(query, rows, lambda row: str(row.by_name_at))
    return Products(items=[shown(row) for row in storage.whole(page.rows)], **page.numbers)


def _is_wanted(row: Any, query: ProductsQuery) -> bool:
    asked = {"item_type": query.item_type, "category": query.category, "is_active": query.is_active}
    return all(value is None or getattr(row, name) == value for name, value in asked.items())


def create(body: NewProduct, *, key: str | None, actor: str) -> ProductShown:
    """A new card, with what lies there of it to begin with. Raises NameTaken, KeyReused, LocationClosed."""
    return _created(body, once.request(actor, "POST /api/v1/admin/products", key, body), actor)


@storage.again(AskedAtOnce)
def _created(body: NewProduct, request: Request, actor: str) -> ProductShown:
    stocked = body.stock > 0 and body.item_type == "product" and body.track_inventory
    rows = storage.read(*request.keys, *(opening.keys() if stocked else []))
    before = request.made(rows[: len(request.keys)])
    if before is not None:
        return one(int(before))
    number, at, tx = repository.number(), clock.now(), storage.Transaction()
    said = _kept(body, set(ProductFields.model_fields) | {"name", "price_rub"})
    row = Product(
        place=repository.place(number),
        by_name_at=repository.by_name(body.name, number),
        stock=body.stock if stocked else 0,
        by=actor,
        created_at=at,
        updated_at=at,
        **said,
    )
    repository.create(tx, row)
    facts.made(tx, CARD, number)
    if stocked:
        opening.opened_in(tx, row, rows[len(request.keys) :], actor=actor, at=at)
    request.done(tx, str(number))
    tx.commit()
    return shown(row)


def _kept(body: ProductFields, names: set[str]) -> dict[str, Any]:
    """What a body says by these names, as a row keeps it; nothing is counted of a service."""
    said = {
        RENAMED.get(name, name): getattr(body, name) for name in ProductFields.model_fields.keys() | {"name", "price_rub"} if name in names
    }
    return said | ({"track_inventory": False} if said.get("item_type") == "service" else {})


def one(number: int) -> ProductShown:
    """A card. Raises ProductNotFound."""
    return shown(standing(number))


def standing(number: int) -> Product:
    """A card as it stands. Raises ProductNotFound."""
    (row,) = storage.read(repository.key(number))
    if row is None:
        raise ProductNotFound({"field": "product_id"})
    return row


def _differs(row: Product, said: dict[str, Any]) -> set[str]:
    """What a card calls the fields that say something else than its row."""
    return {
        _SHOWN_AS.get(name, name) for name, value in said.items() if name != "by_name_at" and value != (getattr(row, name) or type(value)())
    }


@storage.again(ProductRaced)
def change(number: int, body: ProductChange, *, actor: str) -> ProductShown:
    """Change what a card says. Raises ProductNotFound, NameTaken, StockLeft where a product that lies somewhere would become a service."""
    row = standing(number)
    said = _kept(body, body.model_fields_set)
    if said.get("item_type", row.item_type) == "service":
        said["track_inventory"] = False
        if row.stock:
            raise StockLeft({"field": "item_type"})
    if "name" in said:
        said["by_name_at"] = repository.by_name(said["name"], number)
    if not said:
        return shown(row)
    at, tx = clock.now(), storage.Transaction()
    repository.change(tx, row, said, by=actor, at=at)
    facts.changed(tx, CARD, number, _differs(row, said))
    tx.commit()
    for name, value in (said | {"updated_at": at}).items():
        setattr(row, name, value)
    return shown(row)

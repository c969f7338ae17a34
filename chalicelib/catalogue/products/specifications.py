"""What one of a product is made of: kept and shown; a sale moves the product alone."""

from collections.abc import Sequence

from chalicelib.catalogue.products import repository, service
from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.products.repository import ProductRaced
from chalicelib.catalogue.products.schemas import NewSpecification, PartShown, Specification
from chalicelib.catalogue.stock.errors import ProductNotFound, StockOfService
from chalicelib.catalogue.stock.rules import worth
from chalicelib.company import facts
from chalicelib.core import clock, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce, Request


def shown(number: int) -> Specification:
    """What a product is made of, with what its parts are called and cost now. Raises ProductNotFound."""
    row = service.standing(number)
    lines = row.specification or []
    return _shown(row, storage.read(*(repository.key(part) for part, _ in lines)))


def _shown(row: Product, parts: Sequence[Product]) -> Specification:
    items = [
        PartShown(product_id=part.number, product_name=part.name, quantity=quantity, unit=part.unit, cost_price_rub=part.cost)
        for part, (_, quantity) in zip(parts, row.specification or [], strict=True)
    ]
    return Specification(product_id=row.number, items=items, cost_rub=sum(worth(item.quantity, item.cost_price_rub) for item in items))


@storage.again(ProductRaced, AskedAtOnce)
def say(number: int, body: NewSpecification, *, key: str | None, actor: str) -> Specification:
    """Say what a product is made of. Raises ProductNotFound, StockOfService for a part that is a service, KeyReused."""
    request = once.request(actor, f"POST /api/v1/admin/products/{number}/specification", key, body)
    keys = [repository.key(number), *(repository.key(part.product_id) for part in body.items)]
    row, *found = storage.read(*keys, *request.keys)
    if row is None:
        raise ProductNotFound({"field": "product_id"})
    parts = found[: len(body.items)]
    if request.made(found[len(parts) :]) is not None:
        return shown(number)
    _check(number, parts)
    _write(row, [[part.product_id, part.quantity] for part in body.items], actor, request)
    return _shown(row, parts)


def _check(number: int, parts: Sequence[Product | None]) -> None:
    """Raises what forbids to be a part of a product."""
    for part in parts:
        if part is None:
            raise ProductNotFound({"field": "items.product_id"})
        if part.number == number:
            raise Invalid.field("body", "items", msg="expected other products")
        if part.item_type == "service":
            raise StockOfService({"product_id": part.number})


@storage.again(ProductRaced)
def forget(number: int, *, actor: str) -> Specification:
    """Forget what a product is made of; what it was is not known any more. Raises ProductNotFound."""
    row = service.standing(number)
    if row.specification:
        _write(row, [], actor)
    return _shown(row, [])


def _write(row: Product, lines: list[list[int]], actor: str, request: Request | None = None) -> None:
    at, tx = clock.now(), storage.Transaction()
    repository.change(tx, row, {"specification": lines}, by=actor, at=at)
    facts.changed(tx, service.CARD, row.number, ["specification"])
    if request:
        request.done(tx, row.place)
    tx.commit()
    row.specification = lines

"""The doors of goods and services."""

from chalicelib.catalogue.products import service, specifications
from chalicelib.catalogue.products.errors import StockLeft
from chalicelib.catalogue.products.schemas import (
    NewProduct,
    NewSpecification,
    ProductChange,
    Products,
    ProductShown,
    ProductsQuery,
    Specification,
)
from chalicelib.catalogue.stock.errors import ProductNotFound, StockOfService
from chalicelib.company.errors import LocationClosed, NameTaken
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import UseCursor
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, OFFICE, staff
from chalicelib.staff.rules import HEADS

api = Api("catalogue.products")
OFFICE_AND_MASTERS = staff(*HEADS, "operator", "master")


@api.get("/api/v1/admin/products", auth=OFFICE_AND_MASTERS, errors=[UseCursor])
def products_list(query: ProductsQuery) -> Products:
    """Goods and services by their names, with how much there is."""
    return service.listed(query)


@api.post("/api/v1/admin/products", auth=ADMIN, errors=[NameTaken, LocationClosed, KeyReused])
def products_create(body: NewProduct, caller: Member, idempotency_key: str | None) -> ProductShown:
    """A new card; what lies there of it to begin with comes in at the default location."""
    return service.create(body, key=idempotency_key, actor=caller.actor)


@api.put("/api/v1/admin/products/{product_id}", auth=ADMIN, errors=[ProductNotFound, NameTaken, StockLeft])
def products_update(product_id: int, body: ProductChange, caller: Member) -> ProductShown:
    """Change what a card says; what is absent stays. Stock is changed by movements."""
    return service.change(product_id, body, actor=caller.actor)


@api.get("/api/v1/admin/products/{product_id}/specification", auth=OFFICE, errors=[ProductNotFound])
def specifications_get(product_id: int) -> Specification:
    """What one of a product is made of."""
    return specifications.shown(product_id)


@api.post("/api/v1/admin/products/{product_id}/specification", auth=ADMIN, errors=[ProductNotFound, StockOfService, KeyReused])
def specifications_set(product_id: int, body: NewSpecification, caller: Member, idempotency_key: str | None) -> Specification:
    """Say what one of a product is made of, instead of what was said before."""
    return specifications.say(product_id, body, key=idempotency_key, actor=caller.actor)


@api.delete("/api/v1/admin/products/{product_id}/specification", auth=ADMIN, errors=[ProductNotFound])
def specifications_delete(product_id: int, caller: Member) -> Specification:
    """Forget what a product is made of."""
    return specifications.forget(product_id, actor=caller.actor)

"""The doors of what lies where."""

from chalicelib.catalogue.stock import movements, reading
from chalicelib.catalogue.stock.errors import OutOfStock, ProductNotFound, StockOfService
from chalicelib.catalogue.stock.schemas import Movements, MovementShown, MovementsQuery, NewMovement, StockShown
from chalicelib.company.errors import LocationClosed, LocationNotFound
from chalicelib.core.errors import Busy
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.paging import UseCursor
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, OFFICE

api = Api("catalogue.stock")
REFUSED = [ProductNotFound, LocationNotFound, StockOfService, LocationClosed, OutOfStock, KeyReused, Busy]


@api.get("/api/v1/admin/products/movements", auth=ADMIN, errors=[UseCursor])
def stock_movements_list(query: MovementsQuery) -> Movements:
    """Movements, newest first; a transfer is two."""
    return reading.movements(query)


@api.post("/api/v1/admin/products/{product_id}/movements", auth=ADMIN, errors=REFUSED)
def stock_movements_create(product_id: int, body: NewMovement, caller: Member, idempotency_key: str | None) -> MovementShown:
    """Move goods. Nothing falls below zero, and a transfer happens at both of its ends or at none."""
    return movements.move(product_id, body, key=idempotency_key, actor=caller.actor)


@api.get("/api/v1/admin/products/{product_id}/stock", auth=OFFICE, errors=[ProductNotFound])
def stock_get(product_id: int) -> StockShown:
    """How much of a product lies where; of a service nothing does."""
    return reading.stock(product_id)

"""What lies there of a new product to begin with: an income at the default location, in the transaction that makes its card."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock import repository, rules
from chalicelib.company import service as company
from chalicelib.company.directories import LOCATIONS
from chalicelib.company.errors import LocationClosed
from chalicelib.core import storage


def keys() -> list[storage.Key]:
    """What to read for `opened_in`."""
    return [*company.keys(), LOCATIONS.key(rules.MAIN)]


def opened_in(tx: storage.Transaction, product: Product, rows: Sequence[Any], *, actor: str, at: datetime) -> None:
    """Add the first income of a product, whose card says how much. Raises LocationClosed."""
    location, entry = company.loyalty_of(rows).location or rules.MAIN, rows[-1]
    if location != rules.MAIN:  # set by hand: one read more
        (entry,) = storage.read(LOCATIONS.key(location))
    if not LOCATIONS.standing(location, entry, where="location_id").said["is_active"]:
        raise LocationClosed({"field": "stock"})
    number, quantity, cost = product.number * repository.EACH + repository.OPENING, int(product.stock), int(product.cost)
    repository.balance(tx, product.number, location, quantity, seen=0)
    said = {"movement_type": "income", "quantity": quantity, "delta": quantity, "balance": quantity, "unit_cost": cost}
    repository.tell(tx, product, repository.move(tx, product, number, location, at=at, actor=actor, **said))

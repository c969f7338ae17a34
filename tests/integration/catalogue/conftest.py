"""The doors of a shop with goods, as the service key sees them."""

from dataclasses import dataclass
from typing import Any

import pytest

from tests.builders import SERVICE, Answer

ADMIN = "/api/v1/admin"
PRODUCTS = f"{ADMIN}/products"


@dataclass
class Shop:
    """What a panel does with goods."""

    front: Any

    def product(self, name: str = "Чай", **said: Any) -> dict[str, Any]:
        return self.front.post(PRODUCTS, {"name": name, "price_rub": 100, **said}, SERVICE).ok()

    def location(self, name: str, **said: Any) -> int:
        return self.front.post(f"{PRODUCTS}/locations", {"name": name, **said}, SERVICE).ok()["id"]

    def moved(self, product: int, movement_type: str, quantity: Any, location: int = 1, key: str | None = None, **said: Any) -> Answer:
        body = {"movement_type": movement_type, "quantity": quantity, "location_id": location, **said}
        return self.front.post(f"{PRODUCTS}/{product}/movements", body, {**SERVICE, **({"Idempotency-Key": key} if key else {})})

    def lies(self, product: int) -> dict[int, float]:
        shown = self.front.get(f"{PRODUCTS}/{product}/stock", SERVICE).ok()
        assert shown["items"] == shown["by_location"] and shown["total_quantity"] == shown["total_stock"]
        assert shown["total_stock"] == sum(one["quantity"] for one in shown["items"]) == self.card(product)["stock"]
        return {one["location_id"]: one["quantity"] for one in shown["items"]}

    def card(self, product: int) -> dict[str, Any]:
        items = self.front.get(PRODUCTS, SERVICE, page_size=200).ok()["items"]
        return next(one for one in items if one["id"] == product)

    def movements(self, **query: Any) -> list[dict[str, Any]]:
        return self.front.get(f"{PRODUCTS}/movements", SERVICE, **query).ok()["items"]


@pytest.fixture
def shop(front):
    return Shop(front)

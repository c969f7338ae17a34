"""Goods of the old panel's file: cards, what lay where, and every movement of the past."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from chalicelib.catalogue.imports import service
from chalicelib.catalogue.imports.service import TOGETHER, PastMovement
from chalicelib.catalogue.products.models import Product
from chalicelib.catalogue.stock.rules import MAIN
from chalicelib.catalogue.stock.service import is_tracked
from chalicelib.core.batches import batched
from scripts.importing.old_values import amount, ident, moment, needed_moment, quantity, text, words
from scripts.importing.report import Outcome, Report
from scripts.importing.table import BadCell
from scripts.importing.tills import Row

TEXTS = {
    "full_name": 255,
    "receipt_name": 128,
    "description": 5000,
    "category": 100,
    "unit": 32,
    "sku": 64,
    "barcode": 64,
    "manufacturer": 200,
    "country_of_origin": 100,
    "comment": 1000,
}
KINDS: Final = ("income", "expense", "adjustment", "transfer", "sale")


class Goods:
    """The file's products by their numbers there; None is one that only a dry run knows.

    Where no table says what lies where (`has_stock`), all of a product lies in the main warehouse.
    """

    def __init__(self, locations: Mapping[str, int | None], *, has_stock: bool, dry_run: bool) -> None:
        self._locations, self._has_stock, self._dry_run = locations, has_stock, dry_run
        self._cards: dict[str, Product | None] = {}
        self._uncounted: set[str | None] = set()
        self._signs: set[tuple[str, str]] = set()

    def card(self, row: Row) -> Outcome:
        """Find or make one card. Raises AppError, BadCell."""
        name = ident(row, "id")
        if name is None or text(row, "name") is None:
            raise BadCell("id" if name is None else "name", "is empty")
        said = _said(row)
        card, is_new = service.product(f"sqlite#products#{name}", said, dry_run=self._dry_run)
        signs = {(field, said[field].casefold()) for field in ("sku", "barcode") if said[field]}
        is_new, self._signs = is_new and not signs & self._signs, self._signs | signs  # a dry run has not kept those before it
        self._uncounted |= set() if said["track_inventory"] else {name}
        self._cards[name], lay = card, 0 if self._has_stock else quantity(row, "stock")
        if lay > 0 and card is not None and is_tracked(card):
            service.counted(f"sqlite#stock#{name}#", card.number, MAIN, lay, dry_run=self._dry_run)
        return Outcome("new" if is_new else "unchanged")

    def lies(self, row: Row) -> Outcome:
        """What lay of a product at a location, as its opening count. Raises BadCell."""
        card, where, whose = self._of(row), self._where(row), f"{ident(row, 'product_id')}#{ident(row, 'location_id')}"
        lay = quantity(row, "quantity") or quantity(row, "stock")
        if lay < 0:
            raise BadCell("quantity", "is below zero")
        if ident(row, "product_id") in self._uncounted:
            return Outcome("skipped", "product_id", "nothing is counted of it")
        if card is None or where is None:
            return Outcome("new")
        is_new = service.counted(f"sqlite#stock#{whose}", card.number, where, lay, dry_run=self._dry_run)
        return Outcome("new" if is_new else "unchanged")

    def past(self, line: int, row: Row) -> tuple[int, str, PastMovement | None] | Outcome:
        """A movement as it was, or why it is left out. Raises BadCell."""
        card, where, name = self._of(row), self._where(row), ident(row, "id")
        kind = str(row.get("movement_type") or "").casefold()
        if name is None:
            raise BadCell("id", "is empty")
        if kind not in KINDS:
            return Outcome("skipped", "movement_type", "nobody here knows what it is")
        at = needed_moment(row, "created_at")
        if card is None or where is None:
            return line, "", None
        said: dict[str, Any] = {"unit_cost": amount(row, "unit_cost_rub"), "occurred_at": moment(row, "occurred_at")}
        said |= {"counterparty": text(row, "counterparty") or "", "comment": text(row, "comment", 1000) or ""}
        about: dict[str, Any] = {"movement_type": kind, "quantity": abs(quantity(row, "quantity")), "said": said}
        return line, str(ident(row, "product_id")), PastMovement(source=f"sqlite#movements#{name}", at=at, location=where, **about)

    def moved(self, found: Sequence[tuple[int, str, PastMovement | None]], report: Report) -> None:
        """Write movements as history."""
        by_card: defaultdict[str, list[tuple[int, PastMovement]]] = defaultdict(list)
        for line, name, one in found:
            if one is None:
                report.add(line, Outcome("new"))
            else:
                by_card[name].append((line, one))
        for name, all_of_it in by_card.items():
            for some in batched(all_of_it, TOGETHER):
                card = self._cards[name]
                news = service.past(card, [one for _, one in some], dry_run=self._dry_run) if card else []
                for (line, _), is_new in zip(some, news, strict=True):
                    report.add(line, Outcome("new" if is_new else "unchanged"))

    def _of(self, row: Row) -> Product | None:
        name = ident(row, "product_id")
        if name not in self._cards:
            raise BadCell("product_id", "its product is not among the products that were taken")
        return self._cards[str(name)]

    def _where(self, row: Row) -> int | None:
        name = ident(row, "location_id")
        if name not in self._locations:
            raise BadCell("location_id", "its location is not among the locations that were taken")
        return self._locations[str(name)]


def _said(row: Row) -> dict[str, Any]:
    """A card as our row keeps it. Raises BadCell."""
    is_service = row.get("item_type") == "service"
    flags = {"track_inventory": row.get("track_inventory") != 0 and not is_service, "is_active": row.get("is_active") != 0}
    flags |= {name: bool(row.get(name)) for name in ("is_promo", "is_traceable")}
    numbers = {"price": amount(row, "price_rub"), "cost": amount(row, "cost_price_rub"), "tax": amount(row, "tax_rate_percent")}
    numbers |= {"critical_stock": quantity(row, "critical_stock"), "desired_stock": quantity(row, "desired_stock")}
    below = next((name for name, value in numbers.items() if value < 0), None)
    if below is not None:
        raise BadCell(below, "is below zero")
    return {
        "name": str(text(row, "name", 100)),
        "item_type": "service" if is_service else "product",
        "minutes": amount(row, "service_duration_min", 1),
        "images": words(row, "images", 2000)[:6] or None,
        **{name: text(row, name, longest) or "" for name, longest in TEXTS.items()},
        **flags,
        **numbers,
    }

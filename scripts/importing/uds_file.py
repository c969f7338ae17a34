"""Which tables of the old panel's file are taken, under which of their names, and why others are not."""

from collections.abc import Mapping
from typing import Final

TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "channels": ("traffic_channels", "acquisition_channels", "traffic_sources"),
    "locations": ("locations", "product_locations", "stock_locations", "warehouses"),
    "referrals": ("referrals", "client_referrals", "referral_links", "referral_relations"),
    "clients": ("clients", "customers"),
    "products": ("products", "catalog_items", "product_cards"),
    "stock": ("stock", "stocks", "product_stock", "product_stocks", "stock_balances", "product_location_stock", "product_location_stocks"),
    "movements": ("movements", "stock_movements", "product_movements", "inventory_movements"),
    "operations": ("operations", "transactions"),
    "certificates": ("certificates", "gift_certificates"),
}
"""What is taken, in this order: whatever others name comes before them."""

LATER: Final[Mapping[str, tuple[str, ...]]] = {
    "campaigns are not kept here yet": ("campaign", "communication", "reminder", "workflow"),
    "appointments are not kept here yet": ("appointment", "booking"),
    "the till's employees are not kept here yet": ("employee", "payroll", "timesheet", "schedule"),
    "news and feedback are not kept here yet": ("news", "feedback", "rating", "message", "dialogue"),
    "the owner sets it anew here": ("setting", "referral", "policy", "policies", "goal", "process"),
    "who may sign in is said here alone": ("user", "admin", "session", "token"),
    "it is the old program's own": ("alembic", "migration"),
}
"""Why a table is left where it is, by the beginning of a word in its name."""

UNKNOWN: Final = "nobody knows what it holds"


def kind_of(table: str) -> str | None:
    """What a table holds of what is taken."""
    return next((kind for kind, names in TABLES.items() if table in names), None)


def why_not(table: str) -> str:
    """Why a table is not taken."""
    parts = table.split("_")
    return next((why for why, words in LATER.items() if any(part.startswith(word) for part in parts for word in words)), UNKNOWN)

"""What others may ask of the house's settings, in a read of their own."""

from collections.abc import Sequence

from chalicelib.company import rules
from chalicelib.company.models import Entry
from chalicelib.core import storage

SETTINGS, SYSTEM = "settings", "system"


def keys() -> list[storage.Key]:
    """What to read for `loyalty_of` and `name_of`."""
    return [Entry.at(SETTINGS, SYSTEM)]


def name_of(rows: Sequence[Entry | None]) -> str:
    """What the house is called, from the rows at `keys`; empty where the owner never said it."""
    row = rows[0] if rows else None
    return str((row.said or {}).get("company_name") or "") if row else ""


def loyalty_of(rows: Sequence[Entry | None]) -> rules.Loyalty:
    """How points are earned and spent, from the rows at `keys`; what the owner never set is as it is shipped."""
    row = rows[0] if rows else None
    return rules.loyalty((row.said or {}).get("loyalty") if row else None)

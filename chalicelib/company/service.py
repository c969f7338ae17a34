"""What others may ask of the house's settings, in a read of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.company import rules
from chalicelib.company.models import Entry
from chalicelib.core import storage

SETTINGS, SYSTEM = "settings", "system"


def keys() -> list[storage.Key]:
    """What to read for what follows."""
    return [Entry.at(SETTINGS, SYSTEM)]


def loyalty_of(rows: Sequence[Entry | None]) -> rules.Loyalty:
    """How points are earned and spent, from the rows at `keys`; what the owner never set is as it is shipped."""
    return rules.loyalty(_said(rows).get("loyalty"))


def name_of(rows: Sequence[Entry | None]) -> str:
    """What the house is called, from the rows at `keys`; empty where the owner never said."""
    return str(_said(rows).get("company_name") or "")


def reminds_everybody(rows: Sequence[Entry | None]) -> bool:
    """Whether rules remind of all sessions, not just of what the office and the Mini App made, from the rows at `keys`."""
    return bool(_said(rows).get("reminder_scope") == "all")


def _said(rows: Sequence[Entry | None]) -> Mapping[str, Any]:
    row = rows[0] if rows else None
    return (row.said or {}) if row else {}

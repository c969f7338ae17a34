"""Which tables and columns are somebody's data, and their rows one page after the other."""

from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.core import storage
from chalicelib.core.storage import Table

MACHINERY = {
    "chat-moves",
    "conference-quarters",
    "consultation-names",
    "contact-questions",
    "counters",
    "counts",
    "cursors",
    "days",
    "fact-marks",
    "followers",
    "footprints",
    "gocrm-bookings",
    "gocrm-codes",
    "gocrm-payment-links",
    "gocrm-sessions",
    "identities",
    "inbox",
    "login-codes",
    "open-proposals",
    "outbox",
    "requests",
    "roster",
    "specialist-names",
    "specialist-secrets",
    "staff-names",
    "staff-sessions",
    "tallies",
    "turns",
    "visits",
}
"""What only the house itself reads: exported when it is named."""

SECRETS = {"access_token", "client_id_hash", "link_token", "nonce", "raw", "secret", "seed", "token", "token_hash", "visitor"}
SECRETS |= {"password", "sender_address", "sender_visitor"}
"""Columns that open something or hide somebody: never exported."""

PAGE = 500


def choose(names: Sequence[str]) -> list[type[Table]]:
    """The tables that were named, or everybody's data. Raises RuntimeError for a name that no table has."""
    known = {model.table_key(): model for model in storage.tables()}
    if unknown := [name for name in names if name not in known]:
        raise RuntimeError(f"no table is called {', '.join(unknown)}; there are {', '.join(sorted(known))}")
    return [known[name] for name in names] if names else [model for name, model in sorted(known.items()) if name not in MACHINERY]


def columns(model: type[Table]) -> list[str]:
    """Keys first, then as the model names them; no secrets."""
    keys = [attribute.attr_name for attribute in (model._hash_key_attribute(), model._range_key_attribute()) if attribute]
    return [name for name in dict.fromkeys([*keys, *model.get_attributes()]) if name not in SECRETS]


def rows(model: type[Table]) -> Iterator[dict[str, Any]]:
    """Every row as the store has it, a page at a time."""
    start: dict[str, Any] = {}
    while True:
        page = storage.connection().dispatch("Scan", {"TableName": model.Meta.table_name, "Limit": PAGE, **start})
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

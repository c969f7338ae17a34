"""The store: one table per aggregate, one read across tables, one write for everything a decision changes.

Only Get, Put, Update, Delete, Query, BatchGet and TransactWrite are used, so that any DynamoDB-compatible service will do.
"""

import os

from chalicelib.core.storage.attributes import PackedJSON, PackedText, newest
from chalicelib.core.storage.calls import ATTEMPTS, ConditionMissed
from chalicelib.core.storage.client import session
from chalicelib.core.storage.counters import last_number, last_numbers, next_number, next_numbers
from chalicelib.core.storage.rows import (
    BATCH,
    Page,
    address,
    change,
    count_up,
    key_in,
    make_or_change,
    put_new,
    query,
    read,
    read_lists,
    remove,
    scroll,
    whole,
)
from chalicelib.core.storage.tables import AT_CONNECTING, Key, Table, connection, meta, tables
from chalicelib.core.storage.transactions import ConditionFailed, Shared, Transaction, again

__all__ = [
    "ATTEMPTS",
    "BATCH",
    "ConditionFailed",
    "ConditionMissed",
    "Key",
    "PackedJSON",
    "PackedText",
    "Page",
    "Shared",
    "Table",
    "Transaction",
    "address",
    "again",
    "change",
    "connection",
    "count_up",
    "key_in",
    "last_number",
    "last_numbers",
    "make_or_change",
    "meta",
    "newest",
    "next_number",
    "next_numbers",
    "put_new",
    "query",
    "read",
    "read_lists",
    "remove",
    "scroll",
    "tables",
    "whole",
]


def _watch_where_asked() -> None:
    """Have the store refuse what DynamoDB would, in tests and on the local stage."""
    if os.environ.get("STORE_STRICT"):
        from chalicelib.core.storage import strict  # not even read on a deployed stage

        strict.watch(session())


AT_CONNECTING.append(_watch_where_asked)

"""The in-process store as one value: to compare, and to go back to."""

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.core import storage

NO_STATE = {"inbox"}
"""What was said is kept before it is decided; keeping it changes nobody's data."""

Rows = dict[str, dict[Any, Any]]


def _table(name: str) -> Any:
    model = next(model for model in storage.tables() if model.Meta.bare_name == name)
    return dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[model.Meta.table_name]


def _names() -> list[str]:
    return [model.Meta.bare_name for model in storage.tables()]


def emptied() -> None:
    """Every table, made and empty."""
    standing = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
    for model in storage.tables():
        if model.Meta.table_name not in standing:
            model.create_table(billing_mode="PAY_PER_REQUEST")
        standing[model.Meta.table_name].items.clear()


def kept() -> Rows:
    """Every row by its table, to go back to."""
    return {name: deepcopy(_table(name).items) for name in _names()}


def put_back(rows: Rows, names: Iterable[str]) -> None:
    """These tables as they were kept. Their streams are forgotten: nobody reads them here, and they would grow."""
    for name in names:
        table = _table(name)
        table.items.clear()
        table.items.update(deepcopy(rows[name]))
        table.stream_shard = None


def state(names: Iterable[str] | None = None) -> dict[str, str]:
    """What each of these tables holds, or every one, in an order of its own, as text."""
    asked = _names() if names is None else names
    return {name: repr(sorted((key.value, _plain(rows)) for key, rows in _table(name).items.items())) for name in asked}


def _plain(rows: Any) -> Any:
    """The rows under one hash key: one, or several by their range keys."""
    if not isinstance(rows, dict):
        return rows.to_json()
    return sorted((key.value, repr(item.to_json())) for key, item in rows.items())

"""Models and their one shared client."""

import os
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, Self, cast

from pynamodb.connection import Connection
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import AttributeNullError
from pynamodb.models import Model

from chalicelib.core.storage.client import session


def meta(name: str, *, stream: bool = False) -> Any:
    """What PynamoDB binds when a model class is made: the table's name and where the store is.

    Connections are kept many and answers awaited briefly: a Lambda that waits is a client who waits.
    """
    content: dict[str, Any] = {
        "table_name": os.environ.get("TABLE_PREFIX", "frontdesk-local-") + name,
        "bare_name": name,
        "host": os.environ.get("STORE_ENDPOINT") or None,
        "region": os.environ.get("AWS_DEFAULT_REGION", "us-east-1"),
        "connect_timeout_seconds": 2,
        "read_timeout_seconds": 5,
        "max_pool_connections": 32,
    }
    if stream:
        content["stream_view_type"] = "NEW_IMAGE"
    return type("Meta", (), content)


AT_CONNECTING: list[Callable[[], None]] = []
"""What is done before the one connection is made."""


class Key(NamedTuple):
    """One row's address."""

    model: type["Table"]
    hash: str
    range: str | None = None


class Table(Model):
    """Base of every model. All models share one client: making one takes longer than most requests."""

    _shared: TableConnection | None = None

    @classmethod
    def _get_connection(cls) -> TableConnection:
        connection = super()._get_connection()
        if Table._shared is None:
            connection.connection._local.session = session()
            for prepare in AT_CONNECTING:
                prepare()
            Table._shared = connection
        if connection.connection is not Table._shared.connection:
            Table._shared.connection.add_meta_table(connection.get_meta_table())
            connection.connection = Table._shared.connection
        return connection

    # The next five do what PynamoDB does, for models whose attributes are named as in the store and whose defaults are plain
    # values. It passes each attribute of the model, and most are absent, through several properties: a twentieth of an
    # application's CPU, a third of a list's.

    @classmethod
    @cache
    def _defaults(cls) -> dict[str, Any]:
        return {name: attribute.default for name, attribute in cls.get_attributes().items() if attribute.default is not None}

    def _set_defaults(self, _user_instantiated: bool = True) -> None:
        self.attribute_values.update(self._defaults())

    def _set_attributes(self, **said: Any) -> None:
        if unknown := said.keys() - self.get_attributes().keys():
            raise ValueError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        self.attribute_values.update(said)

    @classmethod
    def from_raw_data(cls, data: dict[str, dict[str, Any]]) -> Self:
        """A row as the store has it."""
        row, attributes = cls.__new__(cls), cls.get_attributes()
        row.attribute_values = {**cls._defaults()}
        for name, value in data.items():
            attribute = attributes.get(name)
            if attribute is not None and "NULL" not in value:
                kept = value[attribute.attr_type] if attribute.attr_type in value else attribute.get_value(value)
                row.attribute_values[name] = attribute.deserialize(kept)
        return row

    def _container_serialize(self, null_check: bool = True) -> dict[str, dict[str, Any]]:
        said = {}
        for name, attribute in self.get_attributes().items():
            value = self.attribute_values.get(name)
            if value is not None:
                said[name] = {attribute.attr_type: attribute.serialize(value)}
            elif null_check and not attribute.null:
                raise AttributeNullError(name)
        return said

    @classmethod
    def table_key(cls) -> str:
        """The table's name without the stage's prefix."""
        return str(vars(cls.Meta)["bare_name"])

    @classmethod
    def at(cls, hash_key: str, range_key: str | None = None) -> Key:
        """The address of a row of this table."""
        return Key(cls, hash_key, range_key)

    @classmethod
    def row(cls, hash_key: str, range_key: str | None = None) -> Self:
        """A handle on a row that was not read, for updates under a condition."""
        return cls(hash_key, range_key) if range_key is not None else cls(hash_key)


def tables() -> list[type[Table]]:
    """Every model that has been imported, by name."""
    return sorted((model for model in Table.__subclasses__()), key=lambda model: model.table_key())


def connection() -> Connection:
    """The one connection that every model shares."""
    if Table._shared is None:
        tables()[0]._get_connection()
    return cast(TableConnection, Table._shared).connection

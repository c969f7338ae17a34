"""What a table's rules depend on: its keys, its indexes, its clock of expiry. Read from the models, so that nothing is said twice."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pynamodb.attributes import TTLAttribute

from chalicelib.core.storage.tables import Table, tables


@dataclass(frozen=True, slots=True)
class Index:
    """A secondary index: its keys in order, and what it projects (None: everything)."""

    keys: tuple[str, ...]
    projected: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Schema:
    """A table: its keys in order, its indexes, the type of every key attribute, and the attribute after which rows expire."""

    table: str
    keys: tuple[str, ...]
    indexes: Mapping[str, Index]
    types: Mapping[str, str]
    ttl: str | None = None

    def longest(self, attribute: str) -> int:
        """The most bytes of a key attribute: 2,048 as a partition, 1,024 as a sort key, of the table or of any index."""
        sorts = [keys[1:] for keys in (self.keys, *(index.keys for index in self.indexes.values()))]
        return 1024 if any(attribute in keys for keys in sorts) else 2048


def schema_of(table: str) -> Schema | None:
    """The schema of a table of ours; None of any other."""
    if table not in _models:  # a model may have been imported since
        _models.update({model.Meta.table_name: model for model in tables()})
    return _schema(_models[table]) if table in _models else None


_models: dict[str, type[Table]] = {}


@cache
def _schema(model: type[Table]) -> Schema:
    said: Any = model._get_schema()
    types = {one["AttributeName"]: one["AttributeType"] for one in said["attribute_definitions"]}
    own = _keys(said["key_schema"])
    indexes = {index["index_name"]: _index(index, own) for index in said["global_secondary_indexes"]}
    ttl = next((name for name, attribute in model.get_attributes().items() if isinstance(attribute, TTLAttribute)), None)
    return Schema(model.Meta.table_name, own, indexes, types, ttl)


def _keys(said: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(key["AttributeName"] for key in sorted(said, key=lambda key: key["KeyType"]))  # HASH before RANGE


def _index(said: Any, own: tuple[str, ...]) -> Index:
    keys, projection = _keys(said["key_schema"]), said["projection"]
    if projection["ProjectionType"] == "ALL":
        return Index(keys, None)
    return Index(keys, frozenset((*keys, *own, *projection.get("NonKeyAttributes", ()))))

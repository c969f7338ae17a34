"""Capacity units of each operation, with few slots and with many.

An in-process store does not meter, so the units are computed from the items that each call read and wrote, by DynamoDB's
published rules: 4 KB of what was looked at for a read unit (half where stale answers will do), 1 KB of the larger image for
a write unit, twice that in a transaction, and what each index must write after it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from math import ceil
from typing import Any

import boto3

from bench import desk
from bench.operations import APART, OPERATIONS, Operation, Request
from bench.wire import heard
from chalicelib.booking.slots.models import Slot
from chalicelib.core import storage
from chalicelib.core.storage.strict.sizes import size
from tests.builders import Front, tomorrow

SIZES = (100, 20_000)
SPECIALISTS = 40
DAYS = 120
"""Over how many days the slots lie, the denser the more there are. Those that the operations use come after them."""

Item = dict[str, Any]


@dataclass
class Units:
    """What one operation consumed."""

    read: float = 0
    write: float = 0


@dataclass(frozen=True)
class Growth:
    """One operation's units for each number of slots."""

    operation: str
    units: dict[int, Units]

    @property
    def is_flat(self) -> bool:
        """Whether the number of slots makes no difference."""
        return len({(units.read, units.write) for units in self.units.values()}) == 1


def measure(sizes: Sequence[int] = SIZES, operations: Sequence[Operation] = (*OPERATIONS, APART)) -> list[Growth]:
    """Operations on a small and on a large desk."""
    found = [_on(count, operations) for count in sizes]
    return [Growth(name, {count: units[name] for count, units in zip(sizes, found, strict=True)}) for name in found[0]]


def _on(count: int, operations: Sequence[Operation]) -> dict[str, Units]:
    with desk.opened(from_day=DAYS + 25) as world:
        requests = {operation.name: operation.prepare(world) for operation in operations}
        _fill(count)
        return {name: _consumed(world.front, request) for name, request in requests.items()}


def _fill(count: int) -> None:
    """Free slots of many specialists over the coming year."""
    client, first, apart = boto3.client("dynamodb"), tomorrow(9), timedelta(days=DAYS) / count
    rows = [_slot(number, first + apart * number) for number in range(count)]
    for start in range(0, count, 25):
        puts = [{"PutRequest": {"Item": row.serialize()}} for row in rows[start : start + 25]]
        client.batch_write_item(RequestItems={Slot.Meta.table_name: puts})


def _slot(number: int, start_at: Any) -> Slot:
    who = f"specialist-{number % SPECIALISTS:03d}"
    return Slot(
        slot_id=f"{number:014d}-slot-of-a-desk",
        contour="live",
        specialist_id=who,
        specialist_name="Вера Соколова",
        start_at=start_at.replace(microsecond=0),
        minutes=60,
        free_in="live",
        free_of=who,
    )


def _consumed(front: Front, request: Request) -> Units:
    with metered() as meter:
        request.send(front).ok()
    return meter.units


@contextmanager
def metered() -> Iterator["Meter"]:
    """Units of every call inside the block."""
    meter = Meter()
    with heard(meter.asked, meter.answered):
        yield meter


@dataclass
class Meter:
    """Looks at the items a call touches, before and after it, through a client of its own."""

    units: Units = field(default_factory=Units)
    client: Any = field(default_factory=lambda: boto3.client("dynamodb"))
    waiting: list[list[tuple[str, Item, Item | None]]] = field(default_factory=list)
    written: Counter[str] = field(default_factory=Counter)
    """Write units by table."""

    def asked(self, params: dict[str, Any], model: Any, **rest: Any) -> None:
        """Reads are weighed now; what is to be written is looked at as it stands."""
        if model.name == "Query":
            self.units.read += self._queried(dict(params))  # now, for the call itself does not tell what its filter drops
        elif model.name == "BatchGetItem":
            self.units.read += sum(self._got(table, key) for table, asked in params["RequestItems"].items() for key in asked["Keys"])
        writes = _targets(model.name, params)
        self.waiting.append([(table, key, self._item(table, key)) for table, key in writes])

    def answered(self, model: Any, **rest: Any) -> None:
        """Writes are weighed by their images before and after."""
        factor = 2 if model.name == "TransactWriteItems" else 1
        for table, key, before in self.waiting.pop():
            units = _written(table, before, self._item(table, key), factor)
            self.units.write += units
            self.written[_model(table).table_key()] += units

    def _queried(self, params: dict[str, Any]) -> float:
        """Half a unit, or one where the newest is asked for, for each 4 KB that is looked at: a projection saves nothing."""
        for name in ("FilterExpression", "ProjectionExpression", "ReturnConsumedCapacity"):
            params.pop(name, None)
        used = set(re.findall(r"[#:]\w+", params["KeyConditionExpression"]))
        for part in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
            params[part] = {name: value for name, value in params.get(part, {}).items() if name in used}
        items = self.client.query(**params)["Items"]
        share = 1 if params.get("ConsistentRead") else 0.5
        return max(1, ceil(sum(map(size, items)) / 4096)) * share

    def _got(self, table: str, key: Item) -> int:
        return max(1, ceil(size(self._item(table, key) or {}) / 4096))

    def _item(self, table: str, key: Item) -> Item | None:
        found = self.client.get_item(TableName=table, Key=key, ConsistentRead=True)
        return dict(found["Item"]) if "Item" in found else None


def _targets(operation: str, params: dict[str, Any]) -> list[tuple[str, Item]]:
    """The rows that a call writes."""
    if operation == "TransactWriteItems":
        parts = [part for action in params["TransactItems"] for kind, part in action.items() if kind != "ConditionCheck"]
    else:
        parts = [params] if operation in ("PutItem", "UpdateItem", "DeleteItem") else []
    return [(part["TableName"], part.get("Key") or _key(part["TableName"], part["Item"])) for part in parts]


def _key(table: str, item: Item) -> Item:
    model = _model(table)
    names = [attribute.attr_name for attribute in (model._hash_key_attribute(), model._range_key_attribute()) if attribute]
    return {name: item[name] for name in names}


def _model(table: str) -> Any:
    return next(model for model in storage.tables() if model.Meta.table_name == table)


def _written(table: str, before: Item | None, after: Item | None, factor: int) -> int:
    own = max(1, _kilobytes(before), _kilobytes(after)) * factor
    return own + sum(_indexed(index, before, after) for index in _model(table)._indexes.values())


def _kilobytes(item: Item | None) -> int:
    return ceil(size(item) / 1024) if item else 0


def _indexed(index: Any, before: Item | None, after: Item | None) -> int:
    """An index entry is written where it changes, and deleted and written where its key does."""
    old, new = _entry(index, before), _entry(index, after)
    if old == new:
        return 0
    keys = _index_keys(index)
    moved = old is not None and new is not None and any(old[name] != new[name] for name in keys)
    return _kilobytes(old) + _kilobytes(new) if moved else max(_kilobytes(old), _kilobytes(new))


def _entry(index: Any, item: Item | None) -> Item | None:
    """What an index holds of a row; nothing where the row lacks the index's key."""
    keys = _index_keys(index)
    if item is None or any(name not in item for name in keys):
        return None
    projection = index.Meta.projection
    if projection.projection_type == "ALL":
        return item
    kept = {*keys, *(projection.non_key_attributes or ())}
    return {name: value for name, value in item.items() if name in kept}


def _index_keys(index: Any) -> list[str]:
    return [key["AttributeName"] for key in index._get_schema()["key_schema"]]

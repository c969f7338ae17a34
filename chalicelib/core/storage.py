"""The store: one table per aggregate, one read across tables, one write for everything a decision changes.

Only Get, Put, Update, Delete, Query, BatchGet and TransactWrite are used, so that any DynamoDB-compatible service will do.
"""

import functools
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, ParamSpec, Self, TypeVar

from botocore.exceptions import ClientError
from pynamodb.connection.table import TableConnection
from pynamodb.exceptions import PynamoDBException, QueryError, TransactWriteError, VerboseClientError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.core import clock, pagination
from chalicelib.core.errors import Busy

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 6
"""How often a transaction is tried when others are writing the same rows."""

BATCH = 100
"""The most keys one BatchGet takes."""


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
            Table._shared = connection
        if connection.connection is not Table._shared.connection:
            Table._shared.connection.add_meta_table(connection.get_meta_table())
            connection.connection = Table._shared.connection
        return connection

    @classmethod
    def table_key(cls) -> str:
        """The table's name without the stage's prefix."""
        return str(cls.Meta.bare_name)  # type: ignore[attr-defined]

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


def client() -> Any:
    """The one low-level client that every model shares."""
    return tables()[0]._get_connection().connection.client


def read(*keys: Key) -> list[Any]:
    """The rows at `keys`, in their order, None where there is none: one strongly consistent BatchGet across tables."""
    found: dict[Key, Any] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), BATCH):
        _read_batch(wanted[start : start + BATCH], found)
    return [found.get(key) for key in keys]


def _read_batch(keys: Sequence[Key], found: dict[Key, Any]) -> None:
    models = {key.model.Meta.table_name: key.model for key in keys}  # type: ignore[attr-defined]
    request: dict[str, Any] = {}
    for key in keys:
        table = request.setdefault(key.model.Meta.table_name, {"ConsistentRead": True, "Keys": []})  # type: ignore[attr-defined]
        table["Keys"].append(_raw_key(key))
    for attempt in range(ATTEMPTS):
        answer = _call("BatchGetItem", RequestItems=request)
        for name, items in answer["Responses"].items():
            for item in items:
                row = models[name].from_raw_data(item)
                found[_address(row)] = row
        request = answer.get("UnprocessedKeys") or {}
        if not request:
            return
        clock.pause(_backoff(attempt))
    raise Busy


def _raw_key(key: Key) -> dict[str, Any]:
    serialized = key.model._serialize_keys(key.hash, key.range)
    names = (key.model._hash_key_attribute().attr_name, *_range_names(key.model))
    return {name: {"S": value} for name, value in zip(names, serialized, strict=False)}


def _range_names(model: type[Table]) -> tuple[str, ...]:
    attribute = model._range_key_attribute()
    return (attribute.attr_name,) if attribute else ()


def _address(row: Table) -> Key:
    return Key(type(row), *row._get_serialized_keys())


def put_new(item: Table, condition: Condition) -> dict[str, Any] | None:
    """Write `item` if `condition` holds; otherwise give back the raw row that stands there. One call either way."""
    request = item.get_save_kwargs_from_instance(condition=condition, return_values_on_condition_failure="ALL_OLD")
    try:
        _call("PutItem", **request)
    except ConditionMissed as missed:
        return missed.item
    return None


def change(row: Table, actions: Sequence[Action], *, condition: Condition | None = None) -> bool:
    """Change parts of one existing row; False when it does not exist or does not allow it."""
    exists = type(row)._hash_key_attribute().exists()
    request = row.get_update_kwargs_from_instance(actions=list(actions), condition=exists if condition is None else exists & condition)
    try:
        _call("UpdateItem", **request)
    except ConditionMissed:
        return False
    return True


def remove(row: Table, *, condition: Condition | None = None) -> bool:
    """Delete one row; False when it does not allow it."""
    request = row.get_delete_kwargs_from_instance(condition=condition)
    try:
        _call("DeleteItem", **request)
    except ConditionMissed:
        return False
    return True


def count_up(row: Table, attribute: Any) -> int:
    """Add one to a counter, making it at need, and say what it is now: no two callers get the same number."""
    request = row.get_update_kwargs_from_instance(actions=[attribute.add(1)])
    request |= {"ReturnValues": "UPDATED_NEW"}
    return int(_call("UpdateItem", **request)["Attributes"][attribute.attr_name]["N"])


class ConditionMissed(Exception):
    """A single conditional write met a row that does not allow it."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.item = item
        super().__init__("condition missed")


THROTTLED = {"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded", "TransactionInProgressException"}


def _call(operation: str, **request: Any) -> dict[str, Any]:
    """One call on the shared client, with the store's refusals as our own errors."""
    connection = tables()[0]._get_connection().connection
    try:
        return connection.dispatch(operation, request)
    except (VerboseClientError, PynamoDBException) as error:
        response = _response(error)
        code = response.get("Error", {}).get("Code")
        if code == "ConditionalCheckFailedException":
            raise ConditionMissed(response.get("Item", {})) from error
        if code in THROTTLED:
            raise Busy from error
        raise


def _response(error: BaseException) -> dict[str, Any]:
    cause = error if isinstance(error, VerboseClientError) else getattr(error, "cause", None)
    origin = getattr(cause, "__cause__", None)
    return dict(origin.response) if isinstance(origin, ClientError) else {}


def _backoff(attempt: int) -> float:
    """Seconds to wait before trying again: exponential with full jitter, at most about a second."""
    return random.uniform(0.01, 0.04 * 2**attempt)


@dataclass(slots=True)
class _Write:
    kind: str
    item: Table
    actions: list[Action] | None
    condition: Condition | None
    otherwise: Exception | None


class ConditionFailed(Exception):
    """A transaction met a row that does not allow it, and the writer did not say what that means."""


class Transaction:
    """Everything one decision changes, written at once or not at all.

    Each write may name the error that its failed condition means; the first one in call order is raised on commit.
    """

    def __init__(self) -> None:
        self._writes: list[_Write] = []

    def put(self, item: Table, *, condition: Condition | None = None, otherwise: Exception | None = None) -> None:
        """Write a whole row."""
        self._writes.append(_Write("put", item, None, condition, otherwise))

    def create(self, item: Table, *, otherwise: Exception | None = None) -> None:
        """Write a row that must not exist yet."""
        self.put(item, condition=type(item)._hash_key_attribute().does_not_exist(), otherwise=otherwise)

    def update(
        self, item: Table, actions: Sequence[Action | None], *, condition: Condition | None = None, otherwise: Exception | None = None
    ) -> None:
        """Change parts of a row; it must exist, for DynamoDB would make a missing one."""
        exists = type(item)._hash_key_attribute().exists()
        guard = exists if condition is None else exists & condition
        self._writes.append(_Write("update", item, [action for action in actions if action is not None], guard, otherwise))

    def put_or_update(self, item: Table, actions: Sequence[Action]) -> None:
        """Change parts of a row, making it when there is none."""
        self._writes.append(_Write("update", item, list(actions), None, None))

    def delete(self, item: Table, *, condition: Condition | None = None, otherwise: Exception | None = None) -> None:
        """Remove a row."""
        self._writes.append(_Write("delete", item, None, condition, otherwise))

    def __len__(self) -> int:
        return len(self._writes)

    def commit(self) -> None:
        """Write all. Raises the error of the first write that may not happen, or Busy when others keep writing."""
        if not self._writes:
            return None
        for attempt in range(ATTEMPTS):
            try:
                return self._commit_once()
            except TransactWriteError as error:
                self._explain(error)
            clock.pause(_backoff(attempt))
        raise Busy

    def _ordered(self) -> list[_Write]:
        """In the order in which PynamoDB sends them, and so in which the store gives its reasons."""
        return sorted(self._writes, key=lambda write: ("delete", "put", "update").index(write.kind))

    def _commit_once(self) -> None:
        with TransactWrite(connection=tables()[0]._get_connection().connection) as transaction:
            for write in self._ordered():
                if write.kind == "put":
                    transaction.save(write.item, condition=write.condition)
                elif write.kind == "update":
                    transaction.update(write.item, actions=write.actions or [], condition=write.condition)
                else:
                    transaction.delete(write.item, condition=write.condition)

    def _explain(self, error: TransactWriteError) -> None:
        """Raise what the refusal means; return where trying again may help."""
        reasons = list(error.cancellation_reasons)
        failed = {
            id(write)
            for write, reason in zip(self._ordered(), reasons, strict=False)
            if reason is not None and reason.code == "ConditionalCheckFailed"
        }
        for write in self._writes:
            if id(write) in failed:
                raise write.otherwise or ConditionFailed(f"{write.kind} {type(write.item).__name__}")
        retriable = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
        codes = {reason.code for reason in reasons if reason is not None}
        if not (codes & retriable or error.cause_response_code in THROTTLED | {"TransactionConflictException"}):
            raise error


class Page(NamedTuple):
    """Some rows and where the next ones start (None at the end)."""

    rows: list[Any]
    next_key: dict[str, Any] | None


def query(
    index: Any,
    hash_key: str,
    *,
    between: Condition | None = None,
    where: Condition | None = None,
    newest_first: bool = False,
    limit: int | None = None,
    start: dict[str, Any] | None = None,
    page_size: int | None = None,
    consistent: bool | None = None,
) -> Page:
    """Rows of a table or an index under one hash key, in order. `limit` counts rows that pass `where`."""
    found = index.query(
        hash_key,
        range_key_condition=between,
        filter_condition=where,
        scan_index_forward=not newest_first,
        limit=limit,
        last_evaluated_key=start,
        page_size=page_size,
        consistent_read=consistent,
    )
    try:
        return Page(list(found), found.last_evaluated_key)
    except QueryError as error:
        if error.cause_response_code in THROTTLED:
            raise Busy from error
        if start is not None and error.cause_response_code == "ValidationException":
            raise pagination.refused() from error  # a cursor of another list, or one made by hand
        raise


def again(*lost: type[Exception], times: int = 4) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decide anew, from what now stands, when another worker was faster; after `times` rounds the error is the answer."""

    def wrap(decide: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(decide)
        def deciding(*args: P.args, **kwargs: P.kwargs) -> T:
            for _ in range(times - 1):
                try:
                    return decide(*args, **kwargs)
                except lost:
                    continue
            return decide(*args, **kwargs)

        return deciding

    return wrap

"""What can go wrong between us and the store, at the shared client's own wire: refusals, half answers, workers that die.

with Wire() as wire:
    wire.refuse("TransactWriteItems", "ThrottlingException", times=2)
    ...
    assert wire.count("TransactWriteItems") == 3
"""

import copy
import json
import re
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import RLock
from types import SimpleNamespace, TracebackType
from typing import Any, Self

from chalicelib.core import storage


class Killed(BaseException):
    """The worker is gone: nothing of ours runs any more, not even an ``except Exception``."""


@dataclass(frozen=True)
class Call:
    """One request that reached the wire."""

    operation: str
    request: dict[str, Any]


Answer = tuple[Any, dict[str, Any]]


def refusal(code: str, *, status: int = 400, reasons: list[str] | None = None) -> Answer:
    """An answer that is an error; `reasons` are a transaction's, one for each of its writes."""
    parsed: dict[str, Any] = {"Error": {"Code": code, "Message": "refused on demand"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    if reasons is not None:
        parsed["CancellationReasons"] = [{"Code": reason} for reason in reasons]
    return SimpleNamespace(status_code=status, headers={}), parsed


def accepted(parsed: dict[str, Any]) -> Answer:
    """An answer of success."""
    return SimpleNamespace(status_code=200, headers={}), {"ResponseMetadata": {"HTTPStatusCode": 200}, **parsed}


class Wire(AbstractContextManager["Wire"]):
    """Listens on the client that all tables share; what it answers itself never reaches the store."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.before: Callable[[Call], Answer | None] = lambda call: None
        self.after: Callable[[Call], None] = lambda call: None
        self._plan: list[tuple[str, Callable[[Call], Answer]]] = []
        self._open: Call | None = None

    def __enter__(self) -> Self:
        self._events = storage.connection().client.meta.events
        self._events.register("before-call.dynamodb", self._before)
        self._events.register("after-call.dynamodb", self._after)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._events.unregister("before-call.dynamodb", self._before)
        self._events.unregister("after-call.dynamodb", self._after)

    def refuse(self, operation: str, code: str, *, times: int = 1, status: int = 400, reasons: list[str] | None = None) -> None:
        """Refuse the next calls of an operation."""
        self.answer(operation, lambda call: refusal(code, status=status, reasons=reasons), times=times)

    def answer(self, operation: str, answer: Callable[[Call], Answer], *, times: int = 1) -> None:
        """Answer the next calls of an operation in the store's stead."""
        self._plan += [(operation, answer)] * times

    def count(self, operation: str) -> int:
        """How often an operation was asked for."""
        return sum(call.operation == operation for call in self.calls)

    def _before(self, model: Any, params: dict[str, Any], **_: Any) -> Answer | None:
        call = Call(model.name, json.loads(params["body"] or b"{}"))
        self.calls.append(call)
        self._open = call
        planned = next((place for place, (operation, _) in enumerate(self._plan) if operation == call.operation), None)
        return self._plan.pop(planned)[1](call) if planned is not None else self.before(call)

    def _after(self, **_: Any) -> None:
        if self._open is not None:
            self.after(self._open)


class OneAtATime(AbstractContextManager[None]):
    """The in-process store keeps plain dictionaries: callers may run at once, its calls may not."""

    def __init__(self) -> None:
        self._lock = RLock()

    def __enter__(self) -> None:
        self._events = storage.connection().client.meta.events
        self._events.register_last("before-call.dynamodb", self._take)
        self._events.register_first("after-call.dynamodb", self._give)
        self._events.register_first("after-call-error.dynamodb", self._give)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._events.unregister("before-call.dynamodb", self._take)
        self._events.unregister("after-call.dynamodb", self._give)
        self._events.unregister("after-call-error.dynamodb", self._give)

    def _take(self, **_: Any) -> None:
        self._lock.acquire()

    def _give(self, **_: Any) -> None:
        self._lock.release()


class LaggingIndexes(AbstractContextManager["LaggingIndexes"]):
    """Indexes that tell of the tables as they stood before the last `writes` writes; tables themselves are up to date.

    DynamoDB's global indexes follow their table within a second or so, and no read of theirs can be consistent.
    """

    def __init__(self, writes: int = 1) -> None:
        self._before_writes: deque[Any] = deque(maxlen=writes)
        self._standing: Any = None
        self.asked = 0

    def __enter__(self) -> Self:
        self._events = storage.connection().client.meta.events
        self._events.register_last("before-call.dynamodb", self._before)
        self._events.register_first("after-call.dynamodb", self._after)
        self._before_writes.append(snapshot())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._events.unregister("before-call.dynamodb", self._before)
        self._events.unregister("after-call.dynamodb", self._after)

    def _before(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if model.name in ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"):
            self._before_writes.append(snapshot())
        elif model.name == "Query" and b"IndexName" in params["body"]:
            self._standing, _backend().tables = _backend().tables, self._before_writes[0]
            self.asked += 1

    def _after(self, **_: Any) -> None:
        if self._standing is not None:
            _backend().tables, self._standing = self._standing, None


def conflicts_first(wire: Wire) -> None:
    """Have every write meet somebody's transaction when it is first asked for; a transaction's own reasons are mixed."""
    met: set[tuple[str, str]] = set()

    def meet(call: Call) -> Answer | None:
        if call.operation == "TransactWriteItems":
            sign, writes = call.request["ClientRequestToken"], len(call.request["TransactItems"])
            answer = refusal("TransactionCanceledException", reasons=["None"] * (writes - 1) + ["TransactionConflict"])
        elif call.operation in ("PutItem", "UpdateItem", "DeleteItem"):
            sign = json.dumps([call.request["TableName"], call.request.get("Key") or call.request["Item"]], sort_keys=True, default=str)
            answer = refusal("TransactionConflictException")
        else:
            return None
        if (call.operation, sign) in met:
            return None
        met.add((call.operation, sign))
        return answer

    wire.before = meet


def _backend() -> Any:
    from moto.dynamodb.models import dynamodb_backends

    return dynamodb_backends["123456789012"]["us-east-1"]


def fresh(*models: type[storage.Table]) -> None:
    """These tables, empty: a store that another test opened before is the same store."""
    standing = _backend().tables
    for model in models:
        name = model.Meta.table_name
        if name not in standing:
            model.create_table(billing_mode="PAY_PER_REQUEST")
        standing[name].items.clear()
        standing[name].stream_shard = None  # nobody reads it, and every transaction would copy all that it ever held


def snapshot() -> Any:
    """Everything that the in-process store holds."""
    return copy.deepcopy(_backend().tables)


def restore(state: Any) -> None:
    """Put the in-process store back to a snapshot."""
    _backend().tables = copy.deepcopy(state)


MOMENTS = {
    "attempts",
    "created_at",
    "day_in",
    "done_in",
    "month_in",
    "due_at",
    "expires_at",
    "followed_at",
    "happened_at",
    "hold_until",
    "last_error",
    "link_created_at",
    "logged_in",
    "not_before",
    "raw",
    "received_at",
    "remote_id",
    "seed",
    "sent_at",
    "source_event_at",
    "updated_at",
}
"""What a row says of when and how often something was tried, and not of what became of it."""

_NAMES = (
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<mark>"),
    (re.compile(r"\bt?br\d{4}\b"), "<number>"),
    (re.compile(r"\b(live|test)#\d{10}\b"), "<number>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(?!000000)\d{6}(\+00:?00|Z)?"), "<moment>"),  # business times are whole seconds
    (re.compile(r'"\d{10}\.\d{6}#'), '"<moment>#'),  # as texts that sort as moments do
    (re.compile(r'"revision": \{"N": "\d{8,}"\}'), "<moment>"),  # it begins at the seconds of its making
    (re.compile(r'"stretch": \{"N": "\d+"\}'), "<moment>"),  # a stretch of minutes in which forms are counted
    (re.compile(r'"received#\d+"'), '"received"'),  # over which key an event stands goes by its id
    (re.compile(r'"(held_until|at)\\*": ?\\*"[^"\\]*\\*"'), "<moment>"),
)


def masked(text: str) -> str:
    """Without the names that differ from one run to the next."""
    for pattern, name in _NAMES:
        text = pattern.sub(name, text)
    return text


def contents(*without: str) -> dict[str, list[str]]:
    """The rows of every table of the in-process store, comparable between runs."""
    models = [model for model in storage.tables() if model.table_key() not in without]
    return {model.table_key(): sorted(masked(_said(row)) for row in _rows(model.Meta.table_name)) for model in models}


def _rows(table: str) -> list[dict[str, Any]]:
    return [item.to_json()["Attributes"] for item in _backend().tables[table].all_items()]


def _said(row: dict[str, Any]) -> str:
    kept = {name: value for name, value in row.items() if name not in MOMENTS and "B" not in value}
    return json.dumps(kept, sort_keys=True, ensure_ascii=False, default=str)

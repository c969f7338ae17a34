"""Where the rules stand: at the shared client's own door, before a call is sent.

A request that breaks one is answered as the store would answer it, and is kept in `refused`: whatever our code makes of the error,
tests look there (`tests/conftest.py`), and an operator of the local stage reads it in the log.
"""

import hashlib
import json
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, NamedTuple

from botocore.session import Session

from chalicelib.core.observability import logger
from chalicelib.core.storage.strict.items import LARGEST_ITEM, Violation, most_after
from chalicelib.core.storage.strict.rules import Request, address, expressions, violations, writes
from chalicelib.core.storage.strict.schema import Schema, schema_of
from chalicelib.core.storage.strict.sizes import Item, size
from chalicelib.core.storage.tables import connection

GUARDED = {"PutItem", "UpdateItem", "DeleteItem", "GetItem", "BatchGetItem", "Query", "TransactWriteItems"}
BELIEVED = 5.0
"""Seconds for which the size of a row that we wrote is believed: other processes write too."""

REMEMBERED = 4096


class Refused(NamedTuple):
    """A request that the store would have refused, and the line of ours that made it."""

    rule: str
    table: str
    where: str
    line: str


refused: list[Refused] = []


class Memory:
    """What was sent lately: the token of each transaction with what it said, and at most how large each row is now."""

    def __init__(self) -> None:
        self._said: dict[str, bytes] = {}
        self._sizes: dict[tuple[str, ...], tuple[float, int]] = {}
        self._lock = threading.Lock()

    def repeats(self, request: Request) -> bool:
        """Whether a token comes with the same transaction as before, if it came before."""
        mark = hashlib.sha256(json.dumps(request["TransactItems"], sort_keys=True).encode()).digest()
        with self._lock:
            _forget(self._said)
            return self._said.setdefault(request["ClientRequestToken"], mark) == mark

    def most(self, row: tuple[str, ...]) -> int | None:
        """The most bytes that a row has, where that is known."""
        written, most = self._sizes.get(row, (0.0, 0))
        return most if row in self._sizes and time.monotonic() - written < BELIEVED else None

    def wrote(self, sizes: dict[tuple[str, ...], int]) -> None:
        """These rows were written, and have at most so many bytes."""
        with self._lock:
            _forget(self._sizes)
            self._sizes.update({row: (time.monotonic(), most) for row, most in sizes.items()})


def _forget(kept: dict[Any, Any]) -> None:
    if len(kept) > REMEMBERED:
        kept.clear()


_memory = Memory()
_sent = threading.local()


def watch(session: Session) -> None:
    """Have the clients that a session makes refuse what DynamoDB refuses."""
    session.register("before-call.dynamodb", _before)
    session.register("after-call.dynamodb", _after)


def _before(model: Any, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
    _sent.sizes = {}
    if model.name not in GUARDED:
        return None
    request = json.loads(params["body"] or b"{}")
    broken = next(violations(model.name, request, schema_of), None) or next(_remembered(model.name, request, params), None)
    if broken is None:
        return None
    return _answer(Refused(broken[1].rule, broken[0], f"{model.name}: {broken[1].where}", _line()))


def _remembered(operation: str, request: Request, params: dict[str, Any]) -> Iterator[tuple[str, Violation]]:
    """What only the past shows: a token that was used for something else, and a row that grows too large."""
    if request.get("ClientRequestToken") and not _memory.repeats(request):
        tables = ", ".join(dict.fromkeys(write["TableName"] for _, write in writes(request)))
        yield tables, Violation("a token belongs to one transaction", "ClientRequestToken")
    kinds = {"PutItem": "Put", "UpdateItem": "Update", "DeleteItem": "Delete"}
    said = writes(request) if operation == "TransactWriteItems" else [(kinds.get(operation, ""), request)]
    for kind, write in said:
        schema = schema_of(write["TableName"]) if kind in ("Put", "Update", "Delete") else None
        most = _most(kind, write, schema, params) if schema else 0
        if schema:
            _sent.sizes[address(write, schema)] = most
        if schema and most > LARGEST_ITEM:
            yield schema.table, Violation("a row has at most 400 KB after an update", f"about {most} bytes")


def _most(kind: str, write: Request, schema: Schema, params: dict[str, Any]) -> int:
    """At most how many bytes a row has after a write; what stands there is read where that is not known, or too near the limit."""
    if kind != "Update":
        return size(write.get("Item", {}))
    changes = [change for said in expressions(write) if said.kind == "UpdateExpression" for change in said.assignments()]
    values, known = write.get("ExpressionAttributeValues", {}), _memory.most(address(write, schema))
    most = LARGEST_ITEM + 1 if known is None else known + most_after({}, changes, values)
    return most if most <= LARGEST_ITEM else most_after(_standing(write, params) or write["Key"], changes, values)


def _standing(write: Request, params: dict[str, Any]) -> Item:
    """The row as it stands, read below every event of the client: nobody who counts calls sees it.

    A function of a deployed stage may not read one row, and its client has not even learnt how: there a row counts for what is written.
    """
    client = connection().client
    if "GetItem" not in client.meta.service_model.operation_names:
        return {}
    body = json.dumps({"TableName": write["TableName"], "Key": write["Key"], "ConsistentRead": True}).encode()
    headers = {**params["headers"], "X-Amz-Target": "DynamoDB_20120810.GetItem"}
    _, answer = client._endpoint.make_request(
        client.meta.service_model.operation_model("GetItem"), {**params, "headers": headers, "body": body}
    )
    return dict(answer.get("Item") or {})


def _after(http_response: Any, **_: Any) -> None:
    sizes, _sent.sizes = getattr(_sent, "sizes", {}), {}
    if http_response.status_code < 300:
        _memory.wrote(sizes)


def _answer(broken: Refused) -> tuple[Any, dict[str, Any]]:
    refused.append(broken)
    logger.error("DynamoDB would refuse this", extra=broken._asdict())
    code = "IdempotentParameterMismatchException" if "token" in broken.rule else "ValidationException"
    message = f"{broken.rule} ({broken.table}, {broken.where}, {broken.line})"
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return SimpleNamespace(status_code=400, headers={}, content=b""), answer


def _line() -> str:
    """The line of ours, outside the store's kit, that made the call."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.startswith(("chalicelib.", "scripts.")) and not name.startswith("chalicelib.core.storage."):
            return f"{name}:{frame.f_lineno}"
        frame = frame.f_back
    return "outside"

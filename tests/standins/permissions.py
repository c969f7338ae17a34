"""Each function's role, in process: no operation and no job may ask the store for what its code was not found to do.

with Permissions(app) as permissions:
    ...
assert not permissions.exceeded
"""

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Self

from chalicelib.core import storage
from chalicelib.core.http import OPERATIONS
from infra import reach

PREFIX = storage.tables()[0].Meta.table_name.removesuffix(storage.tables()[0].table_key())
PARTS = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}

Grant = Callable[[], frozenset[reach.Access]]


class Permissions(AbstractContextManager["Permissions"]):
    """Listens at the client that all tables share while the app's routes and jobs say who is at work."""

    def __init__(self, app: Any) -> None:
        self.exceeded: list[str] = []
        self.used: set[tuple[str, reach.Access]] = set()
        self._at_work: ContextVar[tuple[str, Grant] | None] = ContextVar("at_work", default=None)
        by_route = {(path, one.method): one for one in OPERATIONS for path in one.paths}
        for path, methods in app.routes.items():
            for method, entry in methods.items():
                if operation := by_route.get((path, method)):
                    found = functools.cache(functools.partial(_of_operation, operation))
                    entry.view_function = self._named(operation.name, found, entry.view_function)
        for name, job in app.handler_map.items():
            app.handler_map[name] = self._named(name, functools.cache(functools.partial(_of_job, job)), job)

    def __enter__(self) -> Self:
        self._events = storage.connection().client.meta.events
        self._events.register("before-call.dynamodb", self._before)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._events.unregister("before-call.dynamodb", self._before)

    def _named(self, name: str, grant: Grant, run: Any) -> Any:
        @functools.wraps(run)
        def working(*args: Any, **given: Any) -> Any:
            token = self._at_work.set((name, grant))
            try:
                return run(*args, **given)
            finally:
                self._at_work.reset(token)

        return working

    def _before(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if at_work := self._at_work.get():
            name, grant = at_work
            asked = {*_asked(model.name, json.loads(params["body"] or b"{}"))}
            self.used |= {(name, one) for one in asked}
            self.exceeded += [f"{name}: {one}" for one in asked - grant()]


def _of_operation(operation: Any) -> frozenset[reach.Access]:
    return frozenset(reach.of_operations(operation).accesses)


def _of_job(job: Any) -> frozenset[reach.Access]:
    return frozenset(reach.of_job(job.func).accesses)


def _asked(action: str, request: dict[str, Any]) -> Iterator[reach.Access]:
    """What IAM would look at: a transaction is looked at write by write, a batch table by table."""
    if action == "TransactWriteItems":
        for write in request["TransactItems"]:
            for part, detail in write.items():
                yield _key(detail["TableName"]), PARTS[part], ""
    elif action == "BatchGetItem":
        yield from ((_key(name), action, "") for name in request["RequestItems"])
    elif "TableName" in request:
        yield _key(request["TableName"]), action, request.get("IndexName", "")


def _key(table: str) -> str:
    return table.removeprefix(PREFIX)

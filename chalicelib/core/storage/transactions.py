"""One write for everything a decision changes."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ParamSpec, Protocol, TypeVar, cast

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.core import clock, ids
from chalicelib.core.errors import Busy
from chalicelib.core.storage.calls import ATTEMPTS, backoff, passing
from chalicelib.core.storage.rows import address
from chalicelib.core.storage.tables import Key, Table, connection

P = ParamSpec("P")
T = TypeVar("T")

ORDER = ("check", "delete", "put", "update")
"""As PynamoDB sends the parts of a transaction, whatever the order in which they were said."""


@dataclass(slots=True)
class _Write:
    kind: str
    item: Table
    actions: list[Action] | None
    condition: Condition | None
    otherwise: Exception | None
    is_joined: bool = False
    shared: "Shared | None" = None


def _path(action: Any) -> str:
    """What an action changes."""
    return ".".join(action.values[0].path)


class Shared(Protocol):
    """A row that several parts of one decision change: one write, by a guess of what stands there, corrected where it was wrong.

    So a row that hardly ever stands in the way costs no read, nor the right to one: a refusal brings the row along.
    """

    row: Table
    """Where it stands; what it holds is not known."""

    def write(self) -> tuple[Sequence[Action], Condition | None]:
        """What to write, and on which condition. Raises what the row as it stands forbids."""

    def look(self, row: Any) -> None:
        """Learn what stands in the row; None where there is none."""


S = TypeVar("S", bound=Shared)


class ConditionFailed(Exception):
    """A transaction met a row that does not allow it, and the writer did not say what that means."""


class Transaction:
    """Everything one decision changes, written at once or not at all.

    Each write may name the error that its failed condition means; the first one in call order is raised on commit.
    """

    def __init__(self) -> None:
        self._writes: list[_Write] = []
        self._shared: dict[Key, Shared] = {}

    def put(self, item: Table, *, condition: Condition | None = None, otherwise: Exception | None = None, first: bool = False) -> None:
        """Write a whole row. `first` has its error told before any other."""
        self._writes.insert(0 if first else len(self._writes), _Write("put", item, None, condition, otherwise))

    def create(self, item: Table, *, otherwise: Exception | None = None) -> None:
        """Write a row that must not exist yet."""
        self.put(item, condition=type(item)._hash_key_attribute().does_not_exist(), otherwise=otherwise)

    def update(
        self,
        item: Table,
        actions: Sequence[Action | None],
        *,
        condition: Condition | None = None,
        otherwise: Exception | None = None,
        first: bool = False,
    ) -> None:
        """Change parts of a row; it must exist, for DynamoDB would make a missing one. `first` has its error told before any other."""
        exists = type(item)._hash_key_attribute().exists()
        guard = exists if condition is None else exists & condition
        write = _Write("update", item, [action for action in actions if action is not None], guard, otherwise)
        self._writes.insert(0 if first else len(self._writes), write)

    def put_or_update(
        self, item: Table, actions: Sequence[Action], *, condition: Condition | None = None, otherwise: Exception | None = None
    ) -> None:
        """Change parts of a row, making it when there is none."""
        self._writes.append(_Write("update", item, list(actions), condition, otherwise))

    def join(self, item: Table, actions: Sequence[Action]) -> None:
        """The same of a row that other parts of this decision change too: one write, in which what is said of an attribute last stands."""
        known = next((write for write in self._writes if write.is_joined and address(write.item) == address(item)), None)
        if known is None:
            known = _Write("update", item, [], None, None, is_joined=True)
            self._writes.append(known)
        said = {_path(action): action for action in [*(known.actions or ()), *actions]}
        known.actions = list(said.values())

    def delete(self, item: Table, *, condition: Condition | None = None, otherwise: Exception | None = None) -> None:
        """Remove a row."""
        self._writes.append(_Write("delete", item, None, condition, otherwise))

    def check(self, item: Table, condition: Condition, *, otherwise: Exception | None = None) -> None:
        """Write nothing to a row, and nothing at all unless it is so. A row is checked once: who asks again asks the same."""
        if not any(write.kind == "check" and address(write.item) == address(item) for write in self._writes):
            self._writes.append(_Write("check", item, None, condition, otherwise))

    def shared(self, item: Table, make: Callable[[Any], S]) -> S:
        """The one write of a row that several parts of this decision change; the first of them makes it."""
        key = address(item)
        if key not in self._shared:
            self._shared[key] = make(item)
        return cast(S, self._shared[key])

    def __len__(self) -> int:
        return len(self._writes) + len(self._shared)

    def commit(self) -> None:
        """Write all. Raises the error of the first write that may not happen, or Busy when others keep writing."""
        if not len(self):
            return None
        token = ids.token()  # an attempt that was written, but whose answer was lost, succeeds again
        writes = self._ordered()
        for attempt in range(ATTEMPTS):
            clock.pause(backoff(attempt))
            try:
                return self._commit_once(token, writes)
            except TransactWriteError as error:
                if self._explain(error, writes):
                    token, writes = ids.token(), self._ordered()  # another request now
        raise Busy

    def _ordered(self) -> list[_Write]:
        """In the order in which PynamoDB sends them, and so in which the store gives its reasons."""
        shared = []
        for one in self._shared.values():
            actions, condition = one.write()
            shared.append(_Write("update", one.row, list(actions), condition, None, shared=one))
        return sorted([*self._writes, *shared], key=lambda write: ORDER.index(write.kind))

    def _commit_once(self, token: str, writes: Sequence[_Write]) -> None:
        with TransactWrite(connection=connection(), client_request_token=token) as transaction:
            for write in writes:
                if write.kind == "check":
                    row = address(write.item)
                    transaction.condition_check(row.model, row.hash, row.range, condition=write.condition)
                elif write.kind == "put":
                    transaction.save(write.item, condition=write.condition)
                elif write.kind == "update":
                    told = "ALL_OLD" if write.shared else None
                    transaction.update(write.item, actions=write.actions or [], condition=write.condition, return_values=told)
                else:
                    transaction.delete(write.item, condition=write.condition)

    def _explain(self, error: TransactWriteError, writes: Sequence[_Write]) -> bool:
        """Raise what the refusal means; return where trying again may help: True where other writes must be tried."""
        reasons = list(error.cancellation_reasons)
        failed = {
            id(write): reason
            for write, reason in zip(writes, reasons, strict=False)
            if reason is not None and reason.code == "ConditionalCheckFailed"
        }
        for write in self._writes:
            if id(write) in failed:
                raise write.otherwise or ConditionFailed(f"{write.kind} {type(write.item).__name__}")
        if failed:  # shared rows alone: what was guessed of them is wrong
            for write in writes:
                if write.shared is not None and (reason := failed.get(id(write))):
                    write.shared.look(type(write.item).from_raw_data(reason.raw_item) if reason.raw_item else None)
            return True
        retriable = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
        codes = {reason.code for reason in reasons if reason is not None}
        if not (codes & retriable or passing(error) or error.cause_response_code == "TransactionConflictException"):
            raise error
        return False


def again(*lost: type[Exception], times: int = 4) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decide anew, from what now stands, when another worker was faster; after `times` rounds the error is the answer."""

    def wrap(decide: Callable[P, T]) -> Callable[P, T]:
        @functools.wraps(decide)
        def deciding(*args: P.args, **kwargs: P.kwargs) -> T:
            for attempt in range(times - 1):
                clock.pause(backoff(attempt))
                try:
                    return decide(*args, **kwargs)
                except lost:
                    continue
            return decide(*args, **kwargs)

        return deciding

    return wrap

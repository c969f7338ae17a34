"""One write for everything a decision changes."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action
from pynamodb.transactions import TransactWrite

from chalicelib.core import clock, ids
from chalicelib.core.errors import Busy
from chalicelib.core.storage.calls import ATTEMPTS, backoff, passing
from chalicelib.core.storage.tables import Table, connection

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class _Write:
    kind: str
    item: Table
    actions: list[Action] | None
    condition: Condition | None
    otherwise: Exception | None
    lesser: list[Action] | None = None


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
        self,
        item: Table,
        actions: Sequence[Action | None],
        *,
        condition: Condition | None = None,
        otherwise: Exception | None = None,
        first: bool = False,
        lesser: Sequence[Action] | None = None,
    ) -> None:
        """Change parts of a row; it must exist, for DynamoDB would make a missing one. `first` has its error told before any other.

        `lesser` is what is written instead where `condition` fails: a note for which a row has no room must not cost the decision.
        """
        exists = type(item)._hash_key_attribute().exists()
        guard = exists if condition is None else exists & condition
        less = None if lesser is None else list(lesser)
        write = _Write("update", item, [action for action in actions if action is not None], guard, otherwise, less)
        self._writes.insert(0 if first else len(self._writes), write)

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
        token = ids.token()  # an attempt that was written, but whose answer was lost, succeeds again
        for attempt in range(ATTEMPTS):
            clock.pause(backoff(attempt))
            try:
                return self._commit_once(token)
            except TransactWriteError as error:
                if self._explain(error):
                    token = ids.token()  # it is another request now
                if not self._writes:
                    return None
        raise Busy

    def _ordered(self) -> list[_Write]:
        """In the order in which PynamoDB sends them, and so in which the store gives its reasons."""
        return sorted(self._writes, key=lambda write: ("delete", "put", "update").index(write.kind))

    def _commit_once(self, token: str) -> None:
        with TransactWrite(connection=connection(), client_request_token=token) as transaction:
            for write in self._ordered():
                if write.kind == "put":
                    transaction.save(write.item, condition=write.condition)
                elif write.kind == "update":
                    transaction.update(write.item, actions=write.actions or [], condition=write.condition)
                else:
                    transaction.delete(write.item, condition=write.condition)

    def _explain(self, error: TransactWriteError) -> bool:
        """Raise what the refusal means; return where trying again may help: whether with less than was asked for."""
        reasons = list(error.cancellation_reasons)
        failed = {
            id(write)
            for write, reason in zip(self._ordered(), reasons, strict=False)
            if reason is not None and reason.code == "ConditionalCheckFailed"
        }
        lost = [write for write in self._writes if id(write) in failed]
        for write in lost:
            if write.lesser is None:
                raise write.otherwise or ConditionFailed(f"{write.kind} {type(write.item).__name__}")
        if lost:
            self._lessen(lost)
            return True
        retriable = {"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
        codes = {reason.code for reason in reasons if reason is not None}
        if not (codes & retriable or passing(error) or error.cause_response_code == "TransactionConflictException"):
            raise error
        return False

    def _lessen(self, lost: Sequence[_Write]) -> None:
        """Write the lesser part of these, or nothing where there is none."""
        for write in lost:
            write.actions, write.condition, write.lesser = write.lesser, type(write.item)._hash_key_attribute().exists(), None
        self._writes = [write for write in self._writes if write.kind != "update" or write.actions]


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

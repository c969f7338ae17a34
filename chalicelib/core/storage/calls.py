"""One call of the store, with its refusals as our own errors."""

import random
from typing import Any

from botocore.exceptions import ClientError, HTTPClientError
from pynamodb.exceptions import PynamoDBException, VerboseClientError

from chalicelib.core import clock
from chalicelib.core.errors import Busy
from chalicelib.core.storage.tables import connection

ATTEMPTS = 6
"""How often a call is tried when others are at the same rows."""

PASSING = {
    "ProvisionedThroughputExceededException",
    "ThrottlingException",
    "RequestLimitExceeded",
    "TransactionInProgressException",
    "InternalServerError",
    "ServiceUnavailable",
}
"""Refusals that say nothing about the request: the same one may succeed in a moment."""


class ConditionMissed(Exception):
    """A single conditional write met a row that does not allow it."""

    def __init__(self, item: dict[str, Any]) -> None:
        self.item = item
        super().__init__("condition missed")


class _Conflict(Exception):
    """A single write met somebody's transaction on its row: nothing was written."""


def call(operation: str, **request: Any) -> dict[str, Any]:
    """One call on the shared client, with the store's refusals as our own errors.

    A write whose row is in somebody's transaction is tried again for a moment: an event that comes twice meets its own transaction.
    """
    for attempt in range(ATTEMPTS):
        clock.pause(backoff(attempt))
        try:
            return _call_once(operation, request)
        except _Conflict:
            continue
    raise Busy


def _call_once(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    try:
        return connection().dispatch(operation, request)
    except (VerboseClientError, PynamoDBException) as error:
        response = _response(error)
        code = response.get("Error", {}).get("Code")
        if code == "ConditionalCheckFailedException":
            raise ConditionMissed(response.get("Item", {})) from error
        if code == "TransactionConflictException":
            raise _Conflict from error
        if code in PASSING:
            raise Busy from error
        raise
    except HTTPClientError as error:  # no answer came, however often botocore asked
        raise Busy from error


def _response(error: BaseException) -> dict[str, Any]:
    cause = error if isinstance(error, VerboseClientError) else getattr(error, "cause", None)
    origin = getattr(cause, "__cause__", None)
    return dict(origin.response) if isinstance(origin, ClientError) else {}


def passing(error: PynamoDBException) -> bool:
    """Whether a query or a transaction failed for a reason that time mends."""
    return isinstance(error.cause, HTTPClientError) or error.cause_response_code in PASSING


def backoff(attempt: int) -> float:
    """Seconds to wait before an attempt: none before the first, then exponential with full jitter, at most about half a second."""
    return random.uniform(0.01, 0.02 * 2**attempt) if attempt else 0

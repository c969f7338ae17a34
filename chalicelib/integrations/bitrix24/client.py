"""What we ask of a portal of Bitrix24. The secret stands in the address; an error may come with any status, so each body is looked at."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from chalicelib.core import clock
from chalicelib.core.vendors import TIMEOUT, Reply, Timeout, VendorBusy, VendorDown, VendorError, VendorRefused
from chalicelib.integrations.paced import Paced

VENDOR = "bitrix24"
PAGE = 50
"""Rows of a page, always."""

Row = dict[str, Any]

BUSY, LATER, BLOCKED = "QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "OVERLOAD_LIMIT"
PASSING = frozenset({"INTERNAL_SERVER_ERROR", "ERROR_UNEXPECTED_ANSWER"})
LONGEST = 600.0
"""Seconds of the window in which a method's time is counted."""


class BitrixBlocked(VendorRefused):
    """The portal's owner of the cloud has shut us out by hand."""


class Bitrix24:
    """Every call raises `VendorDown`, `VendorBusy`, `BitrixBlocked` or another `VendorRefused`. The hook's address is the key."""

    def __init__(self, hook_url: str, *, timeout: Timeout = TIMEOUT) -> None:
        parts = [part for part in hook_url.rstrip("/").split("/") if part]
        self._api = _Bitrix(VENDOR, hook_url, secrets=(hook_url.rstrip("/"), parts[-1]), timeout=timeout)

    def ask(self, method: str, said: Mapping[str, Any] | None = None) -> Any:
        """The result of a method."""
        reply = self._api.call("POST", f"{method}.json", json=dict(said or {}))
        if not isinstance(reply.data, dict):
            raise VendorDown(VENDOR, "an answer that is no object")
        if reply.data.get("error"):
            raise self._api.error_of(reply)
        return reply.data.get("result")

    def rows(self, method: str, said: Mapping[str, Any]) -> list[Row]:
        """A page of a list."""
        found = self.ask(method, said)
        if not isinstance(found, list) or not all(isinstance(row, dict) and row.get("ID") for row in found):
            raise VendorDown(VENDOR, "a page without its rows")
        return found


class _Bitrix(Paced):
    def failure(self, reply: Reply) -> VendorError:
        return self.error_of(reply) if reply.field("error") else super().failure(reply)

    def error_of(self, reply: Reply) -> VendorError:
        """The error that a body tells, whatever its status."""
        code = str(reply.field("error"))
        if code == BUSY:
            return VendorBusy(self.name, self.retry_after(reply))
        if code == LATER:
            return VendorBusy(self.name, _until(reply))
        if code in PASSING:
            return self._down(code)
        reason = self.clean(f"{code}: {reply.field('error_description') or ''}")
        status = reply.status if reply.status >= HTTPStatus.BAD_REQUEST else HTTPStatus.BAD_REQUEST
        return (BitrixBlocked if code == BLOCKED else VendorRefused)(self.name, int(status), reason)


def _until(reply: Reply) -> float:
    """Seconds until a method may be asked again."""
    told = reply.field("time")
    at = told.get("operating_reset_at") if isinstance(told, dict) else None
    return min(max(float(at) - clock.wall().timestamp(), 1.0), LONGEST) if isinstance(at, (int, float)) else LONGEST

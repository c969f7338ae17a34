"""Vendors that count our calls: we keep below what they allow, so that their refusals stay rare."""

import threading
import time
from collections.abc import Mapping
from typing import Any

from chalicelib.core import clock
from chalicelib.core.vendors import Reply, Vendor

PER_SECOND: dict[str, float] = {"amocrm": 5, "bitrix24": 2, "hubspot": 8, "hubspot search": 3}
"""Calls a second of one worker to one account: all that is said to an account leaves in one lane, so that there is no second worker."""

_next: dict[str, float] = {}
_lock = threading.Lock()


def wait(vendor: str, account: str) -> None:
    """Wait for this account's next place."""
    with _lock:
        now, key = time.monotonic(), f"{vendor} {account}"
        begins = max(now, _next.get(key, 0.0))
        _next[key] = begins + 1 / PER_SECOND[vendor]
    clock.pause(max(begins - now, 0.0))


class Paced(Vendor):
    """A vendor whose calls wait for their places."""

    def call(self, method: str, path: str, **request: Any) -> Reply:
        """As `Vendor.call`, in its turn."""
        wait(self.pace_of(path), self._base_url)
        return super().call(method, path, **request)

    def pace_of(self, path: str) -> str:  # noqa: ARG002  # a vendor may have more than one
        """By which pace a path is called."""
        return self.name


def indexed(name: str, values: list[str]) -> Mapping[str, str]:
    """Several values of one filter, as PHP reads them: `filter[id][0]=…`."""
    return {f"{name}[{number}]": value for number, value in enumerate(values)}

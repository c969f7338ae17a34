"""UDS's Partner API v2, as far as it is read from: one company's customers and operations, page by page."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from http import HTTPStatus
from typing import Any
from uuid import uuid4

from chalicelib.core import clock
from chalicelib.core.vendors import Reply, Vendor, VendorBusy, VendorDown, VendorError, VendorRefused

URL = "https://api.uds.app/partner/v2"
PAGE, PAUSE, TRIES = 50, 1.0, 10
Row = dict[str, Any]


class _Api(Vendor):
    """UDS repeats no 4xx but for 429. Words of a refusal are its code, and the number under which its support finds the request."""

    def failure(self, reply: Reply) -> VendorError:
        return self.refusal(reply) if _is_refusal(reply.status) else super().failure(reply)

    def unreadable(self, status: int, content: bytes) -> VendorError:
        return VendorRefused(self.name, status, f"HTTP {status}") if _is_refusal(status) else super().unreadable(status, content)

    def refusal(self, reply: Reply) -> VendorError:
        code = reply.field("errorCode")
        request = reply.headers.get("X-Request-Id")
        return VendorRefused(
            self.name, reply.status, self.clean(f"{code or f'HTTP {reply.status}'}{f', request {request}' if request else ''}")
        )


class UdsClient:
    """A company's. Every call raises VendorRefused at once for a 4xx, and VendorDown or VendorBusy where ten tries did not help."""

    def __init__(self, company: str, key: str, *, url: str = URL, page: int = PAGE, pause: Callable[[float], None] = clock.pause) -> None:
        pair = b64encode(f"{company}:{key}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}", "Accept": "application/json", "Accept-Charset": "utf-8"}
        self._api = _Api("uds", url, secrets=(key, pair), headers={**headers, "Content-Type": "application/json"})
        self._page_size, self._pause = page, pause

    def customers(self) -> Iterator[Row]:
        """Every customer, once."""
        return self._all("customers", lambda row: row["participant"]["id"], takes_offset=True)

    def operations(self) -> Iterator[Row]:
        """Every operation, once."""
        return self._all("operations", lambda row: row["id"])

    def _all(self, path: str, name: Callable[[Row], Any], *, takes_offset: bool = False) -> Iterator[Row]:
        """Rows by cursor; by offset where that is taken and no answer has a cursor. Who joins meanwhile moves others to the next page: each
        is given once."""
        seen: set[str] = set()
        where: dict[str, str] = {}
        passed = 0
        while True:
            data = self._page(path, {"max": str(self._page_size), **where})
            news = [row for row in data["rows"] if (known := _named(row, name)) is None or known not in seen]
            seen |= {known for row in news if (known := _named(row, name)) is not None}
            yield from news
            passed += len(data["rows"])
            cursor, is_full = data.get("cursor"), len(data["rows"]) >= self._page_size
            if cursor and news and where.get("cursor") != str(cursor):
                where = {"cursor": str(cursor)}
            elif not cursor and news and is_full and takes_offset and "cursor" not in where:
                where = {"offset": str(passed)}
            else:
                return

    def _page(self, path: str, query: dict[str, str]) -> Row:
        for _ in range(TRIES - 1):
            with suppress(VendorBusy, VendorDown):
                return self._ask(path, query)
            self._pause(PAUSE)
        return self._ask(path, query)

    def _ask(self, path: str, query: dict[str, str]) -> Row:
        """One request under a number of its own: a repeat is another one."""
        headers = {"X-Origin-Request-Id": str(uuid4()), "X-Timestamp": clock.wall().isoformat(timespec="milliseconds")}
        data = self._api.call("GET", path, query=query, headers=headers).data
        if not isinstance(data, dict) or not isinstance(data.get("rows"), list) or not all(isinstance(row, dict) for row in data["rows"]):
            raise VendorDown("uds", "an answer that has no rows")
        return data


def _is_refusal(status: int) -> bool:
    return 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS


def _named(row: Row, name: Callable[[Row], Any]) -> str | None:
    """What a row is called there; None for one that does not say so, which whoever reads it refuses."""
    try:
        return str(name(row))
    except (KeyError, TypeError):
        return None

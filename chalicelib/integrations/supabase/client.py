"""Supabase's REST door (PostgREST): reading tables of the old database with the service key."""

from collections.abc import Iterator
from typing import Any

from chalicelib.core.vendors import TIMEOUT, Timeout, Vendor, VendorDown

PAGE = 1000
"""Rows asked for at once; the project may give fewer, so only an empty page is the end."""

_VENDOR = "supabase"


class SupabaseClient:
    """A project's tables. Every call raises `VendorDown`, `VendorBusy` or `VendorRefused`."""

    def __init__(self, url: str, service_key: str, *, timeout: Timeout = TIMEOUT) -> None:
        headers = {"apikey": service_key, "Authorization": f"Bearer {service_key}", "Accept": "application/json"}
        self._api = Vendor(_VENDOR, f"{url.rstrip('/')}/rest/v1", secrets=(service_key,), headers=headers, timeout=timeout)

    def rows(self, table: str, *, page: int = PAGE, beyond: str | None = None) -> Iterator[dict[str, Any]]:
        """Every row of a table in the order of its ids, or those `beyond` one. A row that comes or goes meanwhile shifts no other out of
        sight."""
        after: dict[str, str] = {"id": f"gt.{beyond}"} if beyond else {}
        while True:
            query = {"select": "*", "order": "id.asc", "limit": str(page), **after}
            found = _rows(self._api.call("GET", table, query=query).data)
            if not found:
                return
            yield from found
            after = {"id": f"gt.{found[-1]['id']}"}


def _rows(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, list) and all(isinstance(row, dict) and row.get("id") is not None for row in data):
        return data
    raise VendorDown(_VENDOR, "an answer that is no list of rows with ids")

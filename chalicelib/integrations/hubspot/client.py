"""What we ask of an account of HubSpot. All values are texts; a search sees what was written some seconds ago, and 10,000 rows at most."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from chalicelib.core.patterns import pattern
from chalicelib.core.vendors import TIMEOUT, Timeout, VendorDown, VendorRefused
from chalicelib.integrations.paced import Paced

VENDOR = "hubspot"
PAGE = BY_IDS = 100
"""Rows of a page, and ids of a batch."""

CONTACTS = "crm/v3/objects/contacts"
Row = dict[str, Any]

_EXISTING = pattern(r"Existing ID: ([0-9]+)")


class HubSpot:
    """Every call raises `VendorDown`, `VendorBusy` or `VendorRefused`."""

    def __init__(self, base_url: str, token: str, *, timeout: Timeout = TIMEOUT) -> None:
        self._api = _HubSpot(VENDOR, base_url, secrets=(token,), headers={"Authorization": f"Bearer {token}"}, timeout=timeout)

    def account(self) -> Row:
        """The account itself."""
        return self._object("GET", "account-info/v3/details")

    def page(self, properties: list[str], after: str | None) -> tuple[list[Row], str | None]:
        """A page of all contacts by their ids, and where the next one begins."""
        query = {"limit": str(PAGE), "properties": ",".join(properties), **({"after": after} if after else {})}
        return _rows(self._object("GET", CONTACTS, query=query))

    def search(self, filters: list[Row], properties: list[str], *, sort: str, after: str | None = None) -> tuple[list[Row], str | None]:
        """A page of those for whom all of this is true, in an order."""
        asked: Row = {"filterGroups": [{"filters": filters}], "properties": properties, "limit": PAGE}
        asked |= {"sorts": [{"propertyName": sort, "direction": "ASCENDING"}], **({"after": after} if after else {})}
        return _rows(self._object("POST", f"{CONTACTS}/search", json=asked))

    def by_ids(self, ids: list[str], properties: list[str]) -> list[Row]:
        """Those of these that there are."""
        found: list[Row] = []
        for start in range(0, len(ids), BY_IDS):
            inputs = [{"id": one} for one in ids[start : start + BY_IDS]]
            found += _rows(self._object("POST", f"{CONTACTS}/batch/read", json={"inputs": inputs, "properties": properties}))[0]
        return found

    def make(self, properties: Mapping[str, str]) -> str:
        """A new contact; the one that has this e-mail, where there is one."""
        try:
            return str(self._object("POST", CONTACTS, json={"properties": dict(properties)})["id"])
        except VendorRefused as refused:
            found = _EXISTING.search(refused.reason) if refused.status == HTTPStatus.CONFLICT else None
            if found is None:
                raise
        return found[1]

    def change(self, number: str, properties: Mapping[str, str]) -> None:
        """Change a contact."""
        self._object("PATCH", f"{CONTACTS}/{number}", json={"properties": dict(properties)})

    def _object(self, method: str, path: str, **request: Any) -> Row:
        reply = self._api.call(method, path, **request)
        if not isinstance(reply.data, dict):
            raise VendorDown(VENDOR, "an answer that is no object")
        return reply.data


class _HubSpot(Paced):
    def pace_of(self, path: str) -> str:
        """Searches have a pace of their own."""
        return "hubspot search" if path.endswith("/search") else self.name


def _rows(told: Row) -> tuple[list[Row], str | None]:
    rows = told.get("results")
    if not isinstance(rows, list) or not all(isinstance(row, dict) and row.get("id") for row in rows):
        raise VendorDown(VENDOR, "a page without its results")
    following = (told.get("paging") or {}).get("next") or {}
    return rows, following.get("after")

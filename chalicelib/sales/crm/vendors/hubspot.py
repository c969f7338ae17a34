"""HubSpot's contacts by our fields: the stage is the contact's lead status, a sum is kept where the mapping names a property of theirs.

A search goes 10,000 rows deep, shows writes late and counts its pages: what changes meanwhile moves to the end, and would pull rows out of
the next page. So each page is a search of its own, from the moment that the last one reached, and the first begins some seconds early.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from chalicelib.integrations.hubspot.client import HubSpot, Row
from chalicelib.sales.crm.vendors import reading
from chalicelib.sales.crm.vendors.reading import Words
from chalicelib.sales.crm.vendors.shape import Page, Remote, Values

STAGES: Final = {
    "NEW": "new",
    "OPEN": "new",
    "IN_PROGRESS": "contacted",
    "CONNECTED": "contacted",
    "OPEN_DEAL": "qualified",
    "UNQUALIFIED": "lost",
}
"""Lead statuses that every account has."""

CHANGED: Final = "lastmodifieddate"
OVERLAP = 5
"""Seconds by which a search may lag behind what was written."""

PLAIN: Final = {"company": "company", "stage": "hs_lead_status", "assigned_to": "hubspot_owner_id"}


class Hub:
    """An account, as `Crm`."""

    def __init__(self, client: HubSpot, mapping: Mapping[str, Any] | None) -> None:
        self._client, self._words = client, Words(mapping, STAGES)
        self._own = PLAIN | {field: said["theirs"] for field, said in (mapping or {}).items() if said.get("theirs")}
        self._asked = ["firstname", "lastname", "phone", "email", CHANGED, *dict.fromkeys(self._own.values())]

    def check(self) -> str:
        """What the account is called; raises what says that contacts may not be read."""
        account = self._client.account()
        self._client.page(["email"], None)
        return str(account.get("portalId") or "HubSpot")

    def changed(self, since: int, cursor: Any) -> Page:
        """What changed from a moment on, oldest first: each page begins at the moment that the last one ended with."""
        begins, after = cursor or (max(since - OVERLAP, 0) * 1000, None)
        where = [{"propertyName": CHANGED, "operator": "GTE", "value": str(begins)}]
        rows, then = self._client.search(where, self._asked, sort=CHANGED, after=after)
        last, remotes = max(map(_at, rows), default=begins), [self._remote(row) for row in rows]
        following = None if then is None else [last, None] if last > begins else [begins, then]
        return Page(remotes, following, last // 1000)

    def all(self, cursor: Any) -> Page:
        """Everything, by ascending ids."""
        rows, then = self._client.page(self._asked, cursor)
        return Page([self._remote(row) for row in rows], then)

    def some(self, ids: list[str]) -> list[Remote]:
        """Those of these that there are."""
        return [self._remote(row) for row in self._client.by_ids(ids, self._asked)] if ids else []

    def kept(self, values: Values) -> Values:
        """As they are; a sum only where a property holds it."""
        return values if "amount" in self._own else {**values, "amount": None}

    def find(self, mark: str) -> str | None:  # noqa: ARG002  # as every CRM is asked
        """Nobody: a contact has no place for our mark. An e-mail finds its contact as it is made, for it is there once."""
        return None

    def make(self, values: Mapping[str, Any], mark: str) -> str:  # noqa: ARG002  # as every CRM is asked
        """A new contact; with the phone of one that there is, that one."""
        phone = values.get("phone")
        if phone and not values.get("email"):
            where = [{"propertyName": "phone", "operator": "EQ", "value": phone}]
            rows, _ = self._client.search(where, ["phone"], sort=CHANGED)
            if rows:
                return str(rows[0]["id"])
        return self._client.make({"lifecyclestage": "lead", **self._fields(values)})

    def change(self, number: str, values: Mapping[str, Any]) -> None:
        """Say these of a contact."""
        if fields := self._fields(values):
            self._client.change(number, fields)

    def _fields(self, values: Mapping[str, Any]) -> dict[str, str]:
        said: dict[str, Any] = {name: values.get(name) for name in ("phone", "email")}
        if values.get("name"):
            first, _, rest = str(values["name"]).partition(" ")
            said |= {"firstname": first, "lastname": rest}
        said[self._own["company"]] = values.get("company")
        said[self._own["stage"]] = self._words.their_stage(values.get("stage"))
        said[self._own["assigned_to"]] = self._words.their_user(values.get("assigned_to"))
        if "amount" in self._own and values.get("amount") is not None:
            said[self._own["amount"]] = str(reading.roubles(values["amount"]))
        return {name: str(value) for name, value in said.items() if value is not None}

    def _remote(self, row: Row) -> Remote:
        said = row.get("properties") or {}
        values: Values = {
            "name": reading.text(f"{said.get('firstname') or ''} {said.get('lastname') or ''}"),
            "phone": reading.phone(said.get("phone")),
            "email": reading.email(said.get("email")),
            "company": reading.text(said.get(self._own["company"])),
            "stage": self._words.stage(said.get(self._own["stage"])),
            "amount": reading.kopecks(said.get(self._own["amount"])) if "amount" in self._own else None,
            "assigned_to": self._words.user(said.get(self._own["assigned_to"])),
        }
        return Remote(str(row["id"]), values, _at(row) // 1000)


def _at(row: Mapping[str, Any]) -> int:
    """When it changed, in thousandths of a second."""
    said = (row.get("properties") or {}).get(CHANGED) or row.get("updatedAt")
    try:
        return int(str(said)) if str(said).isdecimal() else round(datetime.fromisoformat(str(said)).timestamp() * 1000)
    except ValueError:
        return 0

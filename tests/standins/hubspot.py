"""HubSpot on loopback: one account with contacts. An e-mail is one contact's, a phone anybody's."""

from datetime import UTC, datetime
from typing import Any

from tests.standins.crm import CrmStandIn, Row
from tests.standins.server import Answer, Asked, Refusal, match

BASE = "/crm/v3/objects/contacts"
BUSY = {"status": "error", "message": "You have reached your limit.", "category": "RATE_LIMITS", "policyName": "TEN_SECONDLY_ROLLING"}
KNOWN = {
    *("firstname", "lastname", "phone", "email", "company", "hs_lead_status", "hubspot_owner_id", "lifecyclestage", "lastmodifieddate"),
    "budget",
}


class HubSpotStandIn(CrmStandIn):
    """`page` is how many a page holds at most."""

    def __init__(self, *, every: int = 0, page: int = 100) -> None:
        super().__init__(every=every)
        self.token, self.page, self.contacts = "pat-hubspot-token-0001", page, {}

    def add(self, name: str, *, phone: str | None = None, email: str | None = None, **said: Any) -> int:
        with self._lock:
            return self._new({"firstname": name, "phone": phone, "email": email, **said})

    def touch(self, contact: int, **said: Any) -> None:
        with self._lock:
            self.contacts[contact] |= {**said, "lastmodifieddate": self._moment()}

    retype = touch

    def remove(self, contact: int) -> None:
        with self._lock:
            del self.contacts[contact]

    def amounts(self) -> dict[str, int]:
        return {str(one): round(float(contact.get("budget") or 0) * 100) for one, contact in self.contacts.items()}

    def made_by_us(self, mark: str) -> list[Row]:
        return [one for one in self.contacts.values() if one.get("lifecyclestage") == "lead"]

    def writes(self) -> list[Asked]:
        return [one for one in super().writes() if not one.path.endswith(("/search", "/read"))]

    def _moment(self) -> str:
        return datetime.fromtimestamp(self.tick(), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")

    def _new(self, said: Row) -> int:
        number = next(self._ids)
        self.contacts[number] = {**said, "lastmodifieddate": self._moment()}
        return number

    def answer(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(401, {"status": "error", "message": "Authentication credentials not found", "category": "INVALID_AUTHENTICATION"})
        self.refuse_some(BUSY)
        if asked.path == "/account-info/v3/details":
            return 200, {"portalId": 62515, "accountType": "STANDARD"}
        if asked.path == f"{BASE}/search" and asked.method == "POST":
            return 200, self._search(asked.json)
        if asked.path == f"{BASE}/batch/read" and asked.method == "POST":
            wanted = [int(one["id"]) for one in asked.json["inputs"]]
            self.require(len(wanted) <= 100, "a batch of over a hundred")
            return 200, {"results": [self._shown(one, asked.json["properties"]) for one in wanted if one in self.contacts]}
        if asked.path == BASE:
            return self._create(asked) if asked.method == "POST" else (200, self._list(asked))
        if (found := match(rf"{BASE}/(\d+)", asked.path)) and asked.method == "PATCH":
            return self._patch(asked, int(found[0]))
        raise self.mistake(f"{asked.method} {asked.path}", 404)

    def _shown(self, number: int, names: list[str]) -> Row:
        return {"id": str(number), "properties": {name: self.contacts[number].get(name) for name in names}, "archived": False}

    def _paged(self, numbers: list[int], names: list[str], limit: int, after: int) -> Row:
        self.require(1 <= limit <= 100 and set(names) <= KNOWN, f"limit or properties: {names}")
        size = min(limit, self.page)
        told: Row = {"results": [self._shown(one, names) for one in numbers[after : after + size]]}
        return told | ({"paging": {"next": {"after": str(after + size)}}} if after + size < len(numbers) else {})

    def _list(self, asked: Asked) -> Row:
        query = asked.query
        return self._paged(sorted(self.contacts), query["properties"].split(","), int(query["limit"]), int(query.get("after", 0)))

    def _search(self, said: Row) -> Row:
        after = int(said.get("after", 0))
        self.require(after + said["limit"] <= 10_000, "deeper than a search goes")
        (group,), (order,) = said["filterGroups"], said["sorts"]
        numbers = [one for one in self.contacts if all(self._fits(self.contacts[one], where) for where in group["filters"])]
        numbers.sort(key=lambda one: (str(self.contacts[one][order["propertyName"]]), one))
        return self._paged(numbers, said["properties"], said["limit"], after)

    def _fits(self, contact: Row, where: Row) -> bool:
        value = contact.get(where["propertyName"])
        if where["operator"] == "GTE":
            return datetime.fromisoformat(value).timestamp() * 1000 >= int(where["value"])
        self.require(where["operator"] == "EQ", "operator")
        return value == where["value"]

    def _properties(self, asked: Asked) -> Row:
        said = asked.json["properties"]
        self.require(set(said) <= KNOWN and all(isinstance(one, str) for one in said.values()), f"texts of known names: {said.keys()}")
        return dict(said)

    def _create(self, asked: Asked) -> Answer:
        said = self._properties(asked)
        taken = next((one for one, contact in self.contacts.items() if said.get("email") and contact.get("email") == said["email"]), None)
        if taken:
            raise Refusal(409, {"status": "error", "message": f"Contact already exists. Existing ID: {taken}", "category": "CONFLICT"})
        return 201, {"id": str(self._new(said)), "properties": said}

    def _patch(self, asked: Asked, number: int) -> Answer:
        if number not in self.contacts:
            raise Refusal(404, {"status": "error", "message": "resource not found", "category": "OBJECT_NOT_FOUND"})
        self.contacts[number] |= {**self._properties(asked), "lastmodifieddate": self._moment()}
        return 200, {"id": str(number)}

"""amoCRM on loopback: one account with leads, contacts and companies.

with AmoStandIn() as amo:
    lead = amo.add("Анна Ким", phone="+79045501567", price=5000)
    amo.touch(lead, price=6000)
"""

import re
from typing import Any

from tests.standins.crm import CrmStandIn, Row
from tests.standins.server import Answer, Asked, Refusal, match

LISTED = {"leads", "contacts", "companies"}
FILTERS = re.compile(r"filter\[(updated_at\]\[from|id\]\[\d+)\]")
ORDERS = {"order[updated_at]", "order[id]", "order[created_at]"}
LEAD_FIELDS = {"name", "price", "status_id", "pipeline_id", "responsible_user_id", "request_id", "custom_fields_values", "_embedded"}
CONTACT_FIELDS = {"name", "first_name", "last_name", "custom_fields_values", "responsible_user_id"}


class AmoStandIn(CrmStandIn):
    """`token` is what is let in; `refresh_token` is good once, and gives the next pair. `limit` is how many a page holds at most."""

    def __init__(self, *, every: int = 0, limit: int = 250) -> None:
        super().__init__(every=every)
        self.token, self.refresh_token = "amo-access-token-0001", "amo-refresh-token-0001"
        self.client = {"client_id": "amo-client-id-77", "client_secret": "amo-client-secret-77"}
        self.limit, self.renewals, self.shut = limit, 0, False
        self.tables: dict[str, dict[int, Row]] = {"leads": {}, "contacts": {}, "companies": {}}

    # What a test arranges and reads

    def add(self, name: str, *, phone: str | None = None, email: str | None = None, company: str | None = None, **lead: Any) -> int:
        with self._lock:
            return self._add(name, phone, email, company, lead)

    def _add(self, name: str, phone: str | None, email: str | None, company: str | None, lead: Row) -> int:
        contact = self._new("contacts", {"name": name, "custom_fields_values": self._cards(phone, email)})
        firms = [{"id": self._new("companies", {"name": company})["id"]}] if company else []
        inside = {"contacts": [{"id": contact["id"], "is_main": True}], "companies": firms, "tags": []}
        made = self._new("leads", {"name": f"Сделка {name}", "price": 0, "status_id": 40, "responsible_user_id": 7, **lead})
        made["_embedded"] = inside
        return int(made["id"])

    def touch(self, lead: int, **fields: Any) -> None:
        """Somebody changes a lead."""
        with self._lock:
            self.tables["leads"][lead] |= {**fields, "updated_at": self.tick()}

    def retype(self, lead: int, **said: Any) -> None:
        """Somebody changes a lead's contact: its name, phone or e-mail. The lead itself stays as it was."""
        with self._lock:
            contact = self.contact(lead)
            cards = {one["field_code"]: one["values"][0]["value"] for one in contact["custom_fields_values"] or []}
            phone, email = said.get("phone", cards.get("PHONE")), said.get("email", cards.get("EMAIL"))
            contact |= {"name": said.get("name", contact["name"]), "custom_fields_values": self._cards(phone, email)}
            contact["updated_at"] = self.tick()

    def contact(self, lead: int) -> Row:
        return self.tables["contacts"][self.tables["leads"][lead]["_embedded"]["contacts"][0]["id"]]

    def remove(self, lead: int) -> None:
        with self._lock:
            del self.tables["leads"][lead]

    @staticmethod
    def _cards(phone: str | None, email: str | None) -> list[Row] | None:
        said = [("PHONE", phone), ("EMAIL", email)]
        return [{"field_id": 1, "field_code": code, "values": [{"value": one, "enum_code": "WORK"}]} for code, one in said if one] or None

    def _new(self, what: str, fields: Row) -> Row:
        number = next(self._ids)
        row = {"id": number, "created_at": self.now, "updated_at": self.tick(), "_embedded": {}, **fields}
        self.tables[what][number] = row
        return row

    # The API

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth2/access_token":
            return self._renew(asked)
        self.refuse_some()
        if self.shut:
            raise Refusal(403, {"title": "Forbidden", "status": 403, "detail": "blocked"})
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            raise Refusal(401, {"title": "Unauthorized", "status": 401, "detail": f"bad token {asked.headers.get('authorization')}"})
        if asked.method == "GET" and asked.path == "/api/v4/account":
            return 200, {"id": 31, "name": "Клуб «Лотос»", "subdomain": "lotos"}
        if asked.method == "POST" and asked.path == "/api/v4/leads/complex":
            return self._complex(asked)
        if (found := match(r"/api/v4/(leads|contacts|companies)", asked.path)) and asked.method == "GET":
            return self._list(asked, found[0])
        if (found := match(r"/api/v4/(leads|contacts)/(\d+)", asked.path)) and asked.method == "PATCH":
            return self._patch(asked, found[0], int(found[1]))
        raise self.mistake(f"{asked.method} {asked.path}", 404)

    def _renew(self, asked: Asked) -> Answer:
        said = asked.json
        self.require(said.get("grant_type") == "refresh_token" and bool(said.get("redirect_uri")), "a refresh without its grant")
        self.require({name: said.get(name) for name in self.client} == self.client, "another client", 401)
        self.require(said.get("refresh_token") == self.refresh_token, "a refresh token is good once", 400)
        self.renewals += 1
        self.token, self.refresh_token = f"amo-access-token-renewed-{self.renewals}", f"amo-refresh-token-renewed-{self.renewals}"
        pair = {"access_token": self.token, "refresh_token": self.refresh_token}
        return 200, {"token_type": "Bearer", "expires_in": 86400, **pair}

    def _list(self, asked: Asked, what: str) -> Answer:
        known = {"page", "limit", "query", "with"} | ORDERS
        odd = [name for name in asked.query if name not in known and not FILTERS.fullmatch(name)]
        self.require(not odd and not asked.body, f"an unknown parameter: {odd}")
        limit, page = int(asked.query.get("limit", 50)), int(asked.query.get("page", 1))
        self.require(1 <= limit <= 250 and page >= 1, "limit or page")
        rows = self._found(asked, what)
        size = min(limit, self.limit)
        shown = [self._shown(row, what, asked.query.get("with", "")) for row in rows[(page - 1) * size : page * size]]
        if not shown:
            return 204, None
        return 200, {"_page": page, "_links": {"self": {"href": asked.path}}, "_embedded": {what: shown}}

    def _found(self, asked: Asked, what: str) -> list[Row]:
        ids = {int(value) for name, value in asked.query.items() if name.startswith("filter[id]")}
        since, words = int(asked.query.get("filter[updated_at][from]", 0)), asked.query.get("query", "").lower()
        rows = [row for row in self.tables[what].values() if row["updated_at"] >= since and (not ids or row["id"] in ids)]
        rows = [row for row in rows if words in str(row["name"]).lower()]
        order = next((name for name in ORDERS if name in asked.query), "order[id]")[6:-1]
        return sorted(rows, key=lambda row: (row[order], row["id"]))

    def _shown(self, row: Row, what: str, beside: str) -> Row:
        """Contacts of a lead are their ids alone, and only where they are asked for; a contact's leads are found by them."""
        inside = {"tags": row["_embedded"].get("tags", []), "companies": row["_embedded"].get("companies", [])}
        if what == "leads" and beside == "contacts":
            inside["contacts"] = row["_embedded"].get("contacts", [])
        if what == "contacts" and beside == "leads":
            his = [one for one in self.tables["leads"].values() if row["id"] in [c["id"] for c in one["_embedded"].get("contacts", [])]]
            inside["leads"] = [{"id": one["id"]} for one in his]
        return {**row, "_embedded": inside}

    def _complex(self, asked: Asked) -> Answer:
        body = asked.json
        self.require(isinstance(body, list) and 1 <= len(body) <= 50, "an array of leads")
        return 200, [self._made(one) for one in body]

    def _made(self, said: Row) -> Row:
        self.require(set(said) <= LEAD_FIELDS, f"unknown fields: {set(said) - LEAD_FIELDS}")
        inside = said.get("_embedded", {})
        contacts = inside.get("contacts", [])
        self.require(len(contacts) <= 1 and all(set(one) <= CONTACT_FIELDS for one in contacts), "one contact")
        people = [{"id": self._new("contacts", self._checked(one))["id"], "is_main": True} for one in contacts]
        firms = [{"id": self._new("companies", one)["id"]} for one in inside.get("companies", [])]
        lead = self._new("leads", {"price": 0, "status_id": 40, "responsible_user_id": 7, **self._checked(said)})
        lead["_embedded"] = {"contacts": people, "companies": firms, "tags": inside.get("tags", [])}
        return {
            "id": lead["id"],
            "contact_id": people[0]["id"] if people else None,
            "request_id": [said.get("request_id")],
            "merged": False,
        }

    def _checked(self, said: Row) -> Row:
        """Whole numbers where they must be, and fields by an id or a code."""
        for name in ("price", "status_id", "responsible_user_id"):
            self.require(name not in said or isinstance(said[name], int), f"{name} is no whole number")
        cards = said.get("custom_fields_values")
        self.require(cards is None or (isinstance(cards, list) and bool(cards)), "custom_fields_values")
        self.require(
            all(("field_id" in one or "field_code" in one) and one.get("values") for one in cards or []), "a field without its name"
        )
        return {name: value for name, value in said.items() if name not in ("_embedded", "request_id")}

    def _patch(self, asked: Asked, what: str, number: int) -> Answer:
        self.require(set(asked.json) <= LEAD_FIELDS | CONTACT_FIELDS and bool(asked.json), "nothing to change")
        if number not in self.tables[what]:
            raise Refusal(404, {"title": "Not found", "status": 404})
        self.tables[what][number] |= {**self._checked(asked.json), "updated_at": self.tick()}
        return 200, {"id": number, "updated_at": self.now}

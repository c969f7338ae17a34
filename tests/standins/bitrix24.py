"""Bitrix24 on loopback: one portal with leads, asked by an inbound webhook."""

from datetime import UTC, datetime
from typing import Any

from tests.standins.crm import CrmStandIn, Row
from tests.standins.server import Answer, Asked, Refusal, match

BUSY = {"error": "QUERY_LIMIT_EXCEEDED", "error_description": "Too many requests"}
FIELDS = {
    *("TITLE", "NAME", "LAST_NAME", "PHONE", "EMAIL", "COMPANY_TITLE", "STATUS_ID", "OPPORTUNITY", "ASSIGNED_BY_ID"),
    *("ORIGINATOR_ID", "ORIGIN_ID"),
}


class BitrixStandIn(CrmStandIn):
    """`secret` stands in the address of its webhook; fields of several values are shown only where they are named."""

    def __init__(self, *, every: int = 0, page: int = 50) -> None:
        super().__init__(every=every)
        self.secret, self.page, self.leads = "bitrix-secret-q1w2e3", page, {}
        self.hook = f"{self.address}/rest/1/{self.secret}/"

    def add(self, name: str, *, phone: str | None = None, email: str | None = None, **fields: Any) -> int:
        with self._lock:
            said = {"PHONE": self._multi(phone), "EMAIL": self._multi(email)}
            return self._new({"TITLE": f"Лид {name}", "NAME": name, **{code: one for code, one in said.items() if one}, **fields})

    def touch(self, lead: int, **fields: Any) -> None:
        with self._lock:
            self.leads[lead] |= {**fields, "DATE_MODIFY": self._moment()}

    def retype(self, lead: int, **said: Any) -> None:
        self.touch(lead, **{code.upper(): self._multi(value) for code, value in said.items()})

    def remove(self, lead: int) -> None:
        with self._lock:
            del self.leads[lead]

    def amounts(self) -> dict[str, int]:
        return {str(one): round(float(lead["OPPORTUNITY"]) * 100) for one, lead in self.leads.items()}

    def made_by_us(self, mark: str) -> list[Row]:
        return [lead for lead in self.leads.values() if lead.get("ORIGIN_ID") == mark]

    def writes(self) -> list[Asked]:
        return [one for one in self.asked if one.path.endswith(("add.json", "update.json"))]

    def _moment(self) -> str:
        return datetime.fromtimestamp(self.tick(), UTC).isoformat(timespec="seconds")

    def _multi(self, value: str | None) -> list[Row]:
        return [{"ID": str(next(self._ids)), "VALUE": value, "VALUE_TYPE": "WORK"}] if value else []

    def _new(self, fields: Row) -> int:
        number = next(self._ids)
        plain = {"STATUS_ID": "NEW", "OPPORTUNITY": "0.00", "ASSIGNED_BY_ID": "1", "COMPANY_TITLE": None, "LAST_NAME": None}
        self.leads[number] = {"ID": str(number), **plain, **fields, "DATE_MODIFY": self._moment()}
        return number

    def answer(self, asked: Asked) -> Answer:
        found = match(r"/rest/1/([^/]+)/([a-z.]+)\.json", asked.path)
        if found is None or found[0] != self.secret:
            raise Refusal(401, {"error": "INVALID_CREDENTIALS", "error_description": f"Invalid request credentials {asked.path}"})
        self.refuse_some(BUSY, 503)
        views = {
            "profile": lambda said: {"ID": "1", "NAME": "Ольга", "LAST_NAME": "Руденко"},
            "crm.lead.fields": lambda said: {"TITLE": {"type": "string"}},
            "crm.lead.list": self._list,
            "crm.lead.add": self._add,
            "crm.lead.update": self._update,
        }
        self.require(found[1] in views, f"method {found[1]}", 404, {"error": "ERROR_METHOD_NOT_FOUND"})
        return 200, {"result": views[found[1]](asked.json), "time": {"operating": 0.1}}

    def _list(self, said: Row) -> list[Row]:
        self.require(said.get("order") == {"ID": "ASC"} and said.get("start") == -1, "any other order loses rows")
        where = dict(said["filter"])
        after, since, ids = int(where.pop(">ID")), where.pop(">DATE_MODIFY", ""), where.pop("@ID", None)
        origin = (where.pop("=ORIGINATOR_ID", None), where.pop("=ORIGIN_ID", None))
        self.require(not where, f"filters: {where}")
        rows = [one for number, one in sorted(self.leads.items()) if number > after and one["DATE_MODIFY"] > since]
        rows = [one for one in rows if ids is None or one["ID"] in ids]
        rows = [one for one in rows if origin == (None, None) or (one.get("ORIGINATOR_ID"), one.get("ORIGIN_ID")) == origin]
        return [{name: one.get(name) for name in said["select"]} for one in rows[: self.page]]

    def _fields(self, said: Row) -> Row:
        self.require(set(said["fields"]) <= FIELDS, f"unknown fields: {set(said['fields']) - FIELDS}")
        return dict(said["fields"])

    def _add(self, said: Row) -> int:
        fields = self._fields(said)
        multi = {code: [{"ID": "9", **one} for one in fields[code]] for code in ("PHONE", "EMAIL") if code in fields}
        return self._new({**fields, **multi})

    def _update(self, said: Row) -> bool:
        fields, lead = self._fields(said), self.leads[int(said["id"])]
        for code in {"PHONE", "EMAIL"} & set(fields):
            standing = {one["ID"]: one for one in lead.get(code) or []}
            self.require(all("ID" in one for one in fields[code]) or not standing, "a second value was meant to be the first")
            fields[code] = [*({**standing, **{one.get("ID", "9"): one for one in fields[code]}}).values()]
        lead |= {**fields, "DATE_MODIFY": self._moment()}
        return True

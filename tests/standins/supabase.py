"""Supabase's REST door on loopback: tables read by pages in the order of their ids.

with SupabaseStandIn() as supabase:
    supabase.tables["hraniteli_slots"] = [{"id": 1, "state": "Свободен"}]
    list(SupabaseClient(supabase.address, supabase.key).rows("hraniteli_slots"))
"""

from typing import Any

from tests.standins.server import Answer, Asked, StandIn, match


class SupabaseStandIn(StandIn):
    """A project. `most` is the project's own limit of rows in an answer."""

    def __init__(self, most: int = 1000) -> None:
        super().__init__()
        self.key = "service-role-key"
        self.most = most
        self.tables: dict[str, list[dict[str, Any]]] = {"hraniteli_slots": []}

    def answer(self, asked: Asked) -> Answer:
        right = asked.headers.get("apikey") == self.key and asked.headers.get("authorization") == f"Bearer {self.key}"
        self.require(right, "keys", 401, {"message": "Invalid API key", "hint": "Double check your Supabase API key."})
        found = match(r"/rest/v1/(\w+)", asked.path)
        self.require(asked.method == "GET" and found is not None, f"{asked.method} {asked.path}", 404, _error("PGRST125", "Invalid path"))
        rows = self.tables.get(found[0] if found else "")
        self.require(rows is not None, "table", 404, _error("PGRST205", "Could not find the table in the schema cache"))
        return 200, self._page(rows or [], asked.query)

    def _page(self, rows: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
        known = set(query) <= {"select", "order", "limit", "id"} and query.get("select") == "*" and query.get("order") == "id.asc"
        self.require(known and query.get("limit", "").isdigit(), f"query {query}", 400, _error("PGRST100", "failed to parse filter"))
        operator, _, after = query.get("id", "").partition(".")
        self.require(operator in ("", "gt"), f"filter {query}", 400, _error("PGRST100", "failed to parse filter"))
        ordered = sorted(rows, key=lambda row: row["id"])
        kind = type(ordered[0]["id"]) if ordered else str
        found = [row for row in ordered if not operator or row["id"] > kind(after)]
        return found[: min(int(query["limit"]), self.most)]


def _error(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "details": None, "hint": None, "message": message}

"""UDS on loopback: a company's customers and operations by pages, as its Partner API v2 gives them.

with UdsStandIn() as uds:
    uds.customers = [customer(1, points=50.5)]
    UdsClient(uds.company, uds.key, url=uds.address)
"""

from base64 import b64encode
from typing import Any
from uuid import UUID

from tests.standins.server import Answer, Asked, Refusal, StandIn

Row = dict[str, Any]


def customer(number: int, *, points: float = 0, inviter: int | None = None, tier: Row | None = None, **said: Any) -> Row:
    """A customer as UDS says him."""
    participant = {"id": number, "points": points, "inviterId": inviter, "membershipTier": tier, "dateCreated": "2024-05-01T10:00:00Z"}
    known = {"uid": f"uid-{number}", "displayName": f"Клиент {number}", "phone": f"+7904550{number:04d}", "gender": "FEMALE", "email": None}
    return {**known, "birthDate": None, "participant": participant, **said}


def operation(number: int, whose: int | None, **said: Any) -> Row:
    """An operation as UDS says it: a purchase of 1,000 roubles that earned 30 points."""
    plain = {
        "action": "PURCHASE",
        "state": "NORMAL",
        "total": 1000.0,
        "cash": 1000.0,
        "points": 30.0,
        "receiptNumber": None,
        "origin": None,
    }
    who = {"id": whose, "displayName": "Клиент"} if whose is not None else None
    return {"id": number, "dateCreated": f"2025-03-{number % 28 + 1:02d}T10:00:00Z", "customer": who, **plain, **said}


class UdsStandIn(StandIn):
    """Refuses what UDS would: another key, a request's number that was used, a page that is too long."""

    def __init__(self) -> None:
        super().__init__()
        self.company, self.key = "549755819292", "key-of-the-company"
        self.customers: list[Row] = []
        self.operations: list[Row] = []
        self.numbers: set[str] = set()
        self.has_cursors = True

    def fail(self, *statuses: int, path: str) -> None:
        """Refuse the next requests of a list so."""
        for status in statuses:
            self.fail_next(status, {"errorCode": "error"}, path=path)

    def serve(self, asked: Asked) -> tuple[int, bytes, dict[str, str]] | None:
        number = asked.headers.get("x-origin-request-id", "")
        if number in self.numbers or str(UUID(number)) != number:
            self.wrong.append("X-Origin-Request-Id is not a fresh UUID")
        self.numbers.add(number)
        return super().serve(asked)

    def answer(self, asked: Asked) -> Answer:
        pair = b64encode(f"{self.company}:{self.key}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {pair}":
            raise Refusal(401, {"errorCode": "unauthorized", "message": "no such key"})
        self.require("x-timestamp" in asked.headers and asked.headers["accept-charset"] == "utf-8", "headers are missing")
        ways = {"max", "offset" if "offset" in asked.query and asked.path == "/customers" else "cursor"}
        self.require(asked.method == "GET" and set(asked.query) <= ways, "only lists are read, by cursor or, of customers, by offset")
        rows = {"/customers": self.customers, "/operations": self.operations}[asked.path]
        size, first = int(asked.query["max"]), int(asked.query.get("offset") or asked.query.get("cursor", "c0").removeprefix("c"))
        self.require(size <= 50, "at most 50 rows a page")
        after = first + size
        return 200, {
            "rows": rows[first:after],
            "total": len(rows),
            "cursor": f"c{after}" if self.has_cursors and after < len(rows) else None,
        }

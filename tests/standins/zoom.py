"""Zoom on loopback: the token's door and one user's meetings.

with ZoomStandIn() as zoom:
    client = ZoomClient(zoom.app, api_url=zoom.api_url, oauth_url=zoom.oauth_url)
    client.create("Встреча", start_at, 60)
    assert zoom.standing()[0]["topic"] == "Встреча"
"""

import base64
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import quote

from chalicelib.integrations.zoom.client import ZoomApp
from tests.standins.server import Answer, Asked, StandIn, match

FIELDS = {"topic", "type", "start_time", "timezone", "duration", "settings"}
LISTS = {"scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"}
NO_MEETING = {"code": 3001, "message": "Meeting does not exist."}
BAD_TOKEN = {"code": 124, "message": "Invalid access token."}


class ZoomStandIn(StandIn):
    """An account with one user. `revoke()` ends its tokens; `page_size` below what is asked for makes lists long."""

    def __init__(self, user: str = "me", page_size: int = 300) -> None:
        super().__init__()
        self.app = ZoomApp("acc-71", "client-72", "secret-73")
        self.user, self.page_size = quote(user, safe=""), page_size
        self.api_url, self.oauth_url = f"{self.address}/v2", f"{self.address}/oauth/token"
        self.meetings: dict[int, dict[str, Any]] = {}
        self.tokens: set[str] = set()
        self.given = 0
        self._ids = count(81234567001)

    def standing(self) -> list[dict[str, Any]]:
        return list(self.meetings.values())

    def revoke(self) -> None:
        self.tokens.clear()

    def busy(self, start_at: datetime, minutes: int = 60, **more: Any) -> None:
        """Somebody else's meeting of the account."""
        self._add({"topic": "Планёрка", "type": 2, "start_time": f"{start_at:%Y-%m-%dT%H:%M:%SZ}", "duration": minutes, **more})

    def answer(self, asked: Asked) -> Answer:
        if asked.path == "/oauth/token":
            return self._token(asked)
        self.require(asked.headers.get("authorization", "")[7:] in self.tokens, f"token: {asked.path}", 401, BAD_TOKEN)
        if asked.path == f"/v2/users/{self.user}/meetings":
            return self._create(asked) if asked.method == "POST" else self._list(asked)
        return self._one(asked)

    def _token(self, asked: Asked) -> Answer:
        pair = base64.b64encode(f"{self.app.client_id}:{self.app.client_secret}".encode()).decode()
        wrong = {"reason": "Invalid client_id or client_secret", "error": "invalid_client"}
        self.require(asked.headers.get("authorization") == f"Basic {pair}", "basic credentials", 400, wrong)
        self.require(asked.headers.get("content-type") == "application/x-www-form-urlencoded", "a form", 400, wrong)
        self.require(asked.form == {"grant_type": "account_credentials", "account_id": self.app.account_id}, "grant", 400, wrong)
        self.given += 1
        token = f"zoom-token-{self.given}"
        self.tokens.add(token)
        return 200, {"access_token": token, "token_type": "bearer", "expires_in": 3600, "scope": "meeting:write:admin meeting:read:admin"}

    def _create(self, asked: Asked) -> Answer:
        body = asked.json
        self._check_fields(body)
        self.require({"topic", "type", "start_time", "duration"} <= set(body), "fields of a new meeting", 400, _invalid("topic"))
        self.require(body["type"] == 2 and 0 < len(body["topic"]) <= 200, "type 2 and a short topic", 400, _invalid("topic"))
        return 201, self._add(body)

    def _add(self, body: dict[str, Any]) -> dict[str, Any]:
        number = next(self._ids)
        urls = {
            "start_url": f"https://us05web.zoom.us/s/{number}?zak=host-secret",
            "join_url": f"https://us05web.zoom.us/j/{number}?pwd=x1",
        }
        self.meetings[number] = {
            "id": number,
            "uuid": f"{number}==",
            "host_id": "h1",
            "status": "waiting",
            **body,
            **urls,
            "password": "x1",
        }
        return self.meetings[number]

    def _list(self, asked: Asked) -> Answer:
        query = asked.query
        self.require(asked.method == "GET" and query.get("type") in LISTS, f"list: {query}", 400, _invalid("type"))
        self.require(30 <= int(query.get("page_size", 30)) <= 300, "page_size 30 to 300", 400, _invalid("page_size"))
        first, rows = int(query.get("next_page_token") or 0), self.standing()
        size = min(self.page_size, int(query["page_size"]))
        shown = [{name: value for name, value in row.items() if name not in ("start_url", "settings", "password")} for row in rows]
        more = str(first + size) if first + size < len(rows) else ""
        return 200, {"page_size": size, "total_records": len(rows), "next_page_token": more, "meetings": shown[first : first + size]}

    def _one(self, asked: Asked) -> Answer:
        found = match(r"/v2/meetings/(\d+)", asked.path)
        self.require(found is not None and asked.method in ("PATCH", "DELETE"), f"{asked.method} {asked.path}", 404, NO_MEETING)
        number = int(found[0]) if found else 0
        if number not in self.meetings:
            return 404, NO_MEETING
        if asked.method == "DELETE":
            self.require(not asked.body, "a DELETE has no body")
            del self.meetings[number]
        else:
            self._check_fields(asked.json)
            self.meetings[number].update(asked.json)
        return 204, None

    def _check_fields(self, body: dict[str, Any]) -> None:
        self.require(set(body) <= FIELDS, f"unknown fields {set(body) - FIELDS}", 400, _invalid("body"))
        start = body.get("start_time", "")
        try:
            moment = datetime.strptime(start, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except ValueError:
            raise self.mistake(f"start_time {start}", 400, _invalid("start_time")) from None
        self.require(moment.year > 2000 and isinstance(body.get("duration"), int), "duration in minutes", 400, _invalid("duration"))


def _invalid(field: str) -> dict[str, Any]:
    return {"code": 300, "message": "Validation Failed.", "errors": [{"field": field, "message": "Invalid field."}]}

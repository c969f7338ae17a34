"""Domain objects and payloads for tests, made the way callers make them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

SERVICE = {"X-Api-Key": "service-key-of-tests"}
SUPABASE = {"X-Webhook-Secret": "supabase-secret-of-tests"}
TELEGRAM = {"X-Telegram-Bot-Api-Secret-Token": "telegram-secret-of-tests"}


class Answer:
    """One HTTP answer of the app."""

    def __init__(self, response: Any) -> None:
        self.status: int = response.status_code
        self.headers: dict[str, str] = dict(response.headers)
        self.text: str = response.body.decode()

    @property
    def body(self) -> Any:
        return json.loads(self.text)

    def ok(self) -> Any:
        """The body of a success; the whole answer is the complaint otherwise."""
        assert self.status == 200, (self.status, self.text)
        return self.body


class Front:
    """The app's doors as callers know them."""

    def __init__(self, http: Any) -> None:
        self.http = http

    def call(self, method: str, path: str, *, body: bytes | str = b"", headers: dict[str, str] | None = None) -> Answer:
        raw = body.encode() if isinstance(body, str) else body
        return Answer(self.http.request(method, path, body=raw, headers=headers or {}))

    def get(self, path: str, headers: dict[str, str] | None = None, **query: Any) -> Answer:
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path, headers=headers)

    def post(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        return self.call("POST", path, body=json.dumps(body), headers={"Content-Type": "application/json", **(headers or {})})

    def put(self, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Answer:
        return self.call("PUT", path, body=json.dumps(body), headers={"Content-Type": "application/json", **(headers or {})})

    def delete(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.call("DELETE", path, headers=headers)

    def form(self, path: str, fields: Any, headers: dict[str, str] | None = None) -> Answer:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.call("POST", path, body=urlencode(fields), headers={**kind, **(headers or {})})


def tomorrow(hour: int = 10, *, days: int = 1) -> datetime:
    """A whole Moscow hour of a coming day, in UTC."""
    day = (datetime.now(UTC) + timedelta(hours=3, days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    return day - timedelta(hours=3)


def moscow(moment: datetime) -> str:
    """``DD.MM HH:mm`` in Moscow."""
    return (moment + timedelta(hours=3)).strftime("%d.%m %H:%M")


def specialist(front: Front, name: str = "Мария Орлова", **said: Any) -> str:
    """A specialist made through the back office; his id."""
    body = {"name": name, "telegram_id": "5550001", "gender": "female", "price_min": 300_000, "specialisations": ["тревога", "сон"], **said}
    return str(front.post("/specialists", body, SERVICE).ok()["specialist"]["id"])


def slot(front: Front, specialist_id: str, start: datetime, **said: Any) -> str:
    """A free slot made through the back office; its id."""
    body = {"slots": [{"specialist_id": specialist_id, "start_at": start.isoformat(), **said}]}
    return str(front.post("/slots", body, SERVICE).ok()["slots"][0]["id"])


def application(*slots: str, **said: Any) -> dict[str, Any]:
    """An application in the contract's shape."""
    return {
        "name": "Анна Лебедева",
        "age": 31,
        "contact": {"type": "phone", "value": "+7 904 550-15-67"},
        "selected_slots": list(slots),
        **said,
    }


def start(payload: str, user_id: int = 7012345678, *, update_id: int = 1, username: str | None = "anna_l") -> dict[str, Any]:
    """The update of a pressed Start button."""
    person = {"id": user_id, "is_bot": False, "first_name": "Анна", "username": username, "language_code": "ru"}
    chat = {"id": user_id, "type": "private"}
    return {"update_id": update_id, "message": {"message_id": 1, "date": 1, "from": person, "chat": chat, "text": f"/start {payload}"}}


def press(data: str, user_id: int = 7012345678, *, update_id: int = 2) -> dict[str, Any]:
    """The update of a pressed inline button."""
    person = {"id": user_id, "is_bot": False, "first_name": "Анна"}
    return {"update_id": update_id, "callback_query": {"id": f"q{update_id}", "from": person, "chat_instance": "1", "data": data}}


def change(kind: str, record: dict[str, Any] | None, old: dict[str, Any] | None = None, table: str = "hraniteli_slots") -> dict[str, Any]:
    """A database trigger's payload."""
    return {"type": kind, "table": table, "record": record, "schema": "public", "old_record": old}

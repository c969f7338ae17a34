"""Domain objects and payloads for tests, made the way callers make them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from chalice.config import Config
from chalice.test import TestHTTPClient

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


class _Http(TestHTTPClient):
    """Chalice's client, but for swapping ``os.environ`` around each request: requests in threads would swap it for good."""

    @contextmanager
    def _patched_env_vars(self, environment_variables: dict[str, str]) -> Iterator[None]:
        yield


def doors() -> TestHTTPClient:
    """The whole app behind Chalice's local gateway."""
    import app as composition

    return _Http(composition.app, Config.create())


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


def sample(name: str) -> Any:
    """A payload of `events/`: fields of a ``.json``, the text of a ``.form``."""
    text = (Path(__file__).parent.parent / "events" / name).read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else text.strip()


def ledger(recipient: str, template: str | None = None) -> list[Any]:
    """What the message ledger holds for somebody (``admin``, ``client#<id>``), oldest first."""
    from chalicelib.core import storage
    from chalicelib.messaging.service import MessageRow

    rows = storage.whole(storage.query(MessageRow.of_recipient, recipient).rows)
    return [row for row in rows if template in (None, row.template)]


def client_row(reference: str, contour: str = "live") -> Any:
    """The stored client of a lead number or an id."""
    from chalicelib.clients import service as clients
    from chalicelib.core import storage

    (row,) = storage.read(clients.Client.at(clients.find(reference, contour).client_id))
    return row


def ticket_row(ticket_id: str) -> Any:
    """A stored ticket."""
    from chalicelib.core import storage
    from chalicelib.intake.tickets.service import Ticket

    (row,) = storage.read(Ticket.at(ticket_id))
    return row


def elsewhere(cursor: str, after: str) -> str:
    """A cursor that we gave, made to begin at another place."""
    from chalicelib.core import pagination

    names = ("after", "page", "total", "exact", "of")
    return str(pagination.encode({**(pagination.decode(cursor, *names) or {}), "after": {"S": after}}))


def lead_of(answer: dict[str, Any]) -> str:
    """The lead number of an application's client, which an anonymous answer does not tell."""
    return str(ticket_row(answer["ticket_id"]).lead_number)


def free_slots(front: Front, contour: str = "live", **query: Any) -> list[str]:
    """Ids of the slots that the site shows as free."""
    path = "/get-available-slots" if contour == "live" else "/get-available-slots-test-contur"
    return [row["id"] for row in front.get(path, **query).ok()["slots"]]


CLIENT = 7012345678
"""The Telegram account of Anna, whom most tests are about."""

ADMIN_CHAT = "900100"
SPECIALIST_CHAT = "5550001"


def write(
    text: str, user_id: int = CLIENT, *, update_id: int = 5, chat_id: int | None = None, chat_type: str = "private"
) -> dict[str, Any]:
    """The update of a written message."""
    person = {"id": user_id, "is_bot": False, "first_name": "Анна", "username": "anna_l"}
    chat = {"id": chat_id or user_id, "type": chat_type}
    return {"update_id": update_id, "message": {"message_id": update_id, "date": 1, "from": person, "chat": chat, "text": text}}


def contact(phone: str, user_id: int = CLIENT, *, whose: int | None = None, update_id: int = 7) -> dict[str, Any]:
    """The update of a shared contact: the sender's own, or the card of somebody else (`whose`)."""
    person = {"id": user_id, "is_bot": False, "first_name": "Анна", "username": "anna_l"}
    card = {"phone_number": phone, "first_name": "Анна", "user_id": whose or user_id}
    said = {"message_id": update_id, "date": 1, "from": person, "chat": {"id": user_id, "type": "private"}, "contact": card}
    return {"update_id": update_id, "message": said}


def membership(status: str, user_id: int = CLIENT, *, update_id: int = 6, chat_type: str = "private") -> dict[str, Any]:
    """The update of a blocked (``kicked``) or unblocked (``member``) bot."""
    person = {"id": user_id, "is_bot": False, "first_name": "Анна"}
    bot = {"id": 1234567, "is_bot": True, "first_name": "Бот"}
    was = {"user": bot, "status": "member" if status == "kicked" else "kicked"}
    said = {"chat": {"id": user_id, "type": chat_type}, "from": person, "date": 1}
    return {"update_id": update_id, "my_chat_member": {**said, "old_chat_member": was, "new_chat_member": {"user": bot, "status": status}}}


def apply_for(front: Front, *moments: datetime, **said: Any) -> str:
    """An application for these times; its ticket's id."""
    return str(front.post("/submit-application", application(*(moscow(moment) for moment in moments), **said)).ok()["ticket_id"])


def book(front: Front, moment: datetime, user_id: int = CLIENT, *, update_id: int = 1, **said: Any) -> str:
    """An application whose link was followed: a pending session; its ticket's id."""
    ticket_id = apply_for(front, moment, **said)
    front.post("/telegram", start(ticket_id, user_id, update_id=update_id), TELEGRAM).ok()
    return ticket_id


def confirm(front: Front, ticket_id: str, moment: datetime) -> None:
    """The client's yes."""
    front.post("/confirm-session-by-client", {"ticket_id": ticket_id, "slot_time": moscow(moment)}).ok()


def ticket_status(front: Front, ticket_id: str) -> str:
    """What has become of a ticket, as its holder reads it."""
    return str(front.get("/get-ticket-info", ticket_id=ticket_id).ok()["ticket"]["status"])


def messages(front: Front, reference: str = "br0001", **query: Any) -> list[dict[str, Any]]:
    """A client's ledger, oldest first, as the back office reads it."""
    rows = front.get("/messages", SERVICE, client_id=reference, **query).ok()["messages"]
    return sorted(rows, key=lambda row: row["message_id"])


def later(**time: float) -> datetime:
    """A moment that far from now."""
    return datetime.now(UTC) + timedelta(**time)


def scheduled(at: datetime) -> dict[str, Any]:
    """A scheduled rule's event, as EventBridge sends it at a moment."""
    named = {"version": "0", "id": "53dc4d37", "detail-type": "Scheduled Event", "source": "aws.events", "account": "123456789012"}
    return {**named, "time": at.isoformat(), "region": "us-east-1", "resources": [], "detail": {}}


class Visitor:
    """Somebody at an address with an agent, whose requests come as API Gateway hands them on."""

    def __init__(self, address: str = "203.0.113.7", agent: str = "Firefox", key: str | None = None) -> None:
        self.address = address
        self.headers = {"User-Agent": agent, **({"X-Api-Key": key} if key else {})}

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        """A POST of JSON, or of a form's text."""
        return self._call("POST", path, headers, {"body": body if isinstance(body, str) else json.dumps(body)})

    def put(self, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
        """A PUT of JSON."""
        return self._call("PUT", path, headers, {"body": json.dumps(body)})

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> Answer:
        """A GET."""
        return self._call(
            "GET",
            path,
            headers,
            {"queryStringParameters": query, "multiValueQueryStringParameters": {name: [said] for name, said in query.items()}},
        )

    def _call(self, method: str, path: str, headers: dict[str, str] | None, said: dict[str, Any]) -> Answer:
        from chalicelib.core.http import OPERATIONS, respond

        operation = next(one for one in OPERATIONS if (one.method, one.path) == (method, path))
        event = {
            "requestContext": {"httpMethod": method, "resourcePath": path, "identity": {"sourceIp": self.address}},
            "headers": {**self.headers, **(headers or {})},
            **said,
        }
        answer = respond(operation, event)
        answer.body = answer.body.encode() if isinstance(answer.body, str) else json.dumps(answer.body).encode()
        return Answer(answer)

    def apply(self, *slots: str, **said: Any) -> Any:
        """An application's answer."""
        return self.post("/submit-application", application(*slots, **said)).ok()

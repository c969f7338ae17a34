"""A house with its staff."""

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.core import clock
from chalicelib.core.http import OPERATIONS, respond
from chalicelib.core.settings import settings
from chalicelib.staff import repository
from chalicelib.staff.models import StaffUser
from tests.builders import SERVICE, Answer

PASSWORD = "correct-horse-battery"
USERS = "/api/v1/users"


def at_work(*numbers: int) -> None:
    """Managers with these ids."""
    ways: dict[str, Any] = {"timezone": "Europe/Moscow", "language": "ru", "email_notifications": True, "sms_notifications": False}
    for number in numbers:
        who = StaffUser(repository.HOUSE, repository.range_of(number), role="manager", is_active=True, by="service", **ways)
        who.created_at = clock.now()
        who.save()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@dataclass
class House:
    """The doors, and whoever was made by the service key: his id and his tokens by his name."""

    front: Any
    ids: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, dict[str, Any]] = field(default_factory=dict)

    def hire(self, name: str, role: str = "manager", **said: Any) -> int:
        body = {"email": f"{name}@example.org", "password": PASSWORD, "role": role, "full_name": name, **said}
        answer = self.front.post(USERS, body, SERVICE)
        assert answer.status == 201, answer.text
        self.ids[name] = answer.body["id"]
        return self.ids[name]

    def sign_in(self, name: str, password: str = PASSWORD) -> Answer:
        return self.front.post("/api/v1/auth/login", {"email": f"{name}@example.org", "password": password})

    def of(self, name: str) -> dict[str, str]:
        """The header of somebody who is signed in."""
        if name not in self.tokens:
            self.tokens[name] = self.sign_in(name).ok()
        return bearer(self.tokens[name]["access_token"])


JWT_SECRET = "staff-token-secret-of-the-tests-2026"


@pytest.fixture(autouse=True)
def staff_sign_in(monkeypatch, settings_as_they_stand):
    """A stage on which the staff may sign in."""
    monkeypatch.setenv("JWT_SECRET", JWT_SECRET)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def house(front):
    return House(front)


def from_address(method: str, path: str, body: Any, address: str = "203.0.113.7", headers: dict[str, str] | None = None) -> Answer:
    """A request as API Gateway hands it on from an address."""
    operation = next(one for one in OPERATIONS if (one.method, one.path) == (method, path))
    event = {
        "requestContext": {"httpMethod": method, "resourcePath": path, "identity": {"sourceIp": address}},
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "body": json.dumps(body),
    }
    answer = respond(operation, event)
    answer.body = answer.body.encode() if isinstance(answer.body, str) else json.dumps(answer.body).encode()
    return Answer(answer)

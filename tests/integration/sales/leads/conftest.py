"""A sales department, as its people ask for it."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from chalicelib.core.settings import settings
from tests.builders import SERVICE, Answer
from tests.integration.staff.conftest import JWT_SECRET, House

LEADS = "/api/v1/leads"
PHONE, OTHER = "+79045501567", "+79045501502"


@dataclass
class Sales:
    """The doors of leads, asked by the service key or by somebody who is signed in."""

    front: Any
    house: House
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def of(self, who: str | None) -> dict[str, str]:
        return self.house.of(who) if who else SERVICE

    def make(self, who: str | None = None, key: str | None = None, **said: Any) -> Answer:
        headers = {**self.of(who), **({"Idempotency-Key": key} if key else {})}
        return self.front.post(LEADS, {"name": "Анна Ким", **said}, headers)

    def come(self, who: str | None = None, **said: Any) -> int:
        answer = self.make(who, **said)
        assert answer.status == 201, answer.text
        return int(answer.body["id"])

    def get(self, number: int | str, who: str | None = None) -> Answer:
        return self.front.get(f"{LEADS}/{number}", self.of(who))

    def put(self, number: int | str, who: str | None = None, **said: Any) -> Answer:
        return self.front.put(f"{LEADS}/{number}", said, self.of(who))

    def delete(self, number: int | str, who: str | None = None) -> Answer:
        return self.front.delete(f"{LEADS}/{number}", self.of(who))

    def page(self, who: str | None = None, **query: Any) -> Answer:
        return self.front.get(LEADS, self.of(who), **query)

    def found(self, who: str | None = None, **query: Any) -> list[int]:
        answer = self.page(who, limit=200, **query).ok()
        assert (answer["total"], answer["total_is_exact"]) == (len(answer["items"]), True)
        return [lead["id"] for lead in answer["items"]]


@pytest.fixture(autouse=True)
def staff_sign_in(monkeypatch, settings_as_they_stand):
    """A stage on which the staff may sign in."""
    monkeypatch.setenv("JWT_SECRET", JWT_SECRET)
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def sales(front):
    return Sales(front, House(front))


def told(answer: Answer) -> tuple[int, str]:
    """What a refusal says."""
    return answer.status, answer.body["error"]

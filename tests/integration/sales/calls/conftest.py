"""A house with two managers, leads of theirs, and a telephone."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.clients.index.rules import place
from chalicelib.core import outbox, storage
from chalicelib.core.facts import FactRow
from chalicelib.core.settings import settings
from chalicelib.sales.calls import following
from chalicelib.sales.calls.models import SalesCall
from tests.builders import SERVICE, Answer
from tests.integration.sales.messages.conftest import Sales, client_of, lead_of, told  # noqa: F401
from tests.integration.staff.conftest import house, staff_sign_in  # noqa: F401

CALLS = "/api/v1/calls"
ANNA, BORIS, NOBODY = "+79045501567", "+79045501502", "+79045501599"


@dataclass
class Telephone(Sales):
    """The doors of calls, asked by whoever is named."""

    def rung(self, who: str | None = "maria", headers: dict[str, str] | None = None, **said: Any) -> Answer:
        body = {"from_number": ANNA, "to_number": "101", "direction": "inbound", "status": "completed", **said}
        return self.front.post(CALLS, body, self.of(who) | (headers or {}))

    def ring(self, who: str | None = "maria", **said: Any) -> int:
        answer = self.rung(who, **said)
        assert answer.status == 201, answer.text
        return int(answer.body["id"])

    def call(self, number: Any, who: str | None = "maria") -> Answer:
        return self.front.get(f"{CALLS}/{number}", self.of(who))

    def tell(self, number: Any, who: str | None = "maria", **said: Any) -> Answer:
        return self.front.put(f"{CALLS}/{number}", said, self.of(who))

    def calls(self, who: str | None = "maria", **query: Any) -> list[int]:
        answer = self.front.get(CALLS, self.of(who), limit=200, **query).ok()
        assert (answer["total"], answer["total_is_exact"]) == (len(answer["items"]), True)
        return [call["id"] for call in answer["items"]]

    def say(self, number: Any, who: str | None = "maria", headers: dict[str, str] | None = None, **said: Any) -> Answer:
        return self.front.post(f"{CALLS}/{number}/transcript", said, self.of(who) | (headers or {}))

    def heard(self, number: Any, who: str | None = "maria") -> Answer:
        return self.front.get(f"{CALLS}/{number}/transcript", self.of(who))

    def task(self, who: str | None = "maria", headers: dict[str, str] | None = None, **said: Any) -> Answer:
        body = {"task_type": "callback", "due_at": "2999-01-01T10:00:00Z", **said}
        return self.front.post(f"{CALLS}/tasks", body, self.of(who) | (headers or {}))

    def do(self, number: Any, who: str | None = "maria", **said: Any) -> Answer:
        return self.front.put(f"{CALLS}/tasks/{number}", said, self.of(who))

    def tasks(self, who: str | None = "maria", **query: Any) -> list[int]:
        answer = self.front.get(f"{CALLS}/tasks", self.of(who), limit=200, **query).ok()
        assert (answer["total"], answer["total_is_exact"]) == (len(answer["items"]), True)
        return [task["id"] for task in answer["items"]]

    def look(self) -> int:
        """The outbox delivers what waits."""
        lanes = {row.lane for row in outbox.OutboxRow.scan()}
        return outbox.deliver_lanes(sorted(lanes), within=timedelta(seconds=30))

    def follow(self) -> None:
        following.follow(sorted((fact for fact in FactRow.scan() if fact.contour == "live"), key=lambda fact: fact.fact_id))


@pytest.fixture
def phone(front, house):  # noqa: F811
    house.hire("maria")
    house.hire("boris")
    return Telephone(front, house)


@pytest.fixture
def anna(phone):
    """A lead of Maria's, with a telephone."""
    return phone.lead("Анна Ким", phone=ANNA)


@pytest.fixture
def set_to(monkeypatch, settings_as_they_stand):
    """Settings for one test."""

    def put(**said: str) -> None:
        for name, value in said.items():
            monkeypatch.setenv(name.upper(), value)
        settings.cache_clear()

    yield put
    monkeypatch.undo()
    settings.cache_clear()


def call_of(number: int) -> SalesCall:
    return storage.read(SalesCall.at(place("live", number)))[0]


def spoken(kind: str = "call_answered") -> list[FactRow]:
    return [fact for fact in FactRow.scan() if fact.kind == kind]


__all__ = ["SERVICE"]

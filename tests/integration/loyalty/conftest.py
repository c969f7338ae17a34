"""A till, as its panel asks it."""

from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.core import storage
from chalicelib.loyalty.accounts.models import Account
from tests.builders import SERVICE, Answer

CLIENTS = "/api/v1/admin/clients"


@dataclass
class Till:
    """The panel's doors, asked by the service key."""

    front: Any

    def come(self, name: str = "Анна Ким", **said: Any) -> int:
        return int(self.front.post(CLIENTS, {"full_name": name, **said}, SERVICE).ok()["id"])

    def make(self, **said: Any) -> Answer:
        return self.front.post(CLIENTS, {"full_name": "Анна Ким", **said}, SERVICE)

    def change(self, number: int, **said: Any) -> Answer:
        return self.front.put(f"{CLIENTS}/{number}", said, SERVICE)

    def of(self, number: int) -> dict[str, Any]:
        return self.front.get(f"{CLIENTS}/{number}", SERVICE).ok()

    def found(self, **query: Any) -> list[int]:
        answer = self.front.get(CLIENTS, SERVICE, page_size=200, **query).ok()
        assert (answer["total"], answer["total_exact"]) == (len(answer["items"]), True)
        return [client["id"] for client in answer["items"]]


@pytest.fixture
def till(front):
    return Till(front)


def account(number: int) -> Account | None:
    return storage.read(Account.at(place("live", number)))[0]


def person(number: int) -> PersonRow | None:
    return storage.read(PersonRow.at(place("live", number)))[0]


def told(answer: Answer) -> tuple[int, str, Any]:
    """What a refusal says."""
    return answer.status, answer.body["error"], answer.body["detail"]

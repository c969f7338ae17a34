"""A house with two managers, and leads of theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from chalicelib.clients.index.models import PersonRow
from chalicelib.clients.index.rules import place
from chalicelib.clients.models import Client
from chalicelib.core import clock, storage
from chalicelib.core.facts import FactRow
from chalicelib.messaging.models import MessageRow
from chalicelib.sales.leads import deciding, service
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.messages import following
from chalicelib.sales.messages.models import SalesMessage
from tests.builders import SERVICE, Answer
from tests.integration.staff.conftest import House, house, staff_sign_in  # noqa: F401

MESSAGES = "/api/v1/messages"
WORDS = "Добрый день! {name}, когда вам удобно? %s {0.__class__}"


@dataclass
class Sales:
    """The doors of messages, asked by whoever is named."""

    front: Any
    house: House

    def of(self, who: str | None) -> dict[str, str]:
        return {} if who is None else SERVICE if who == "service" else self.house.of(who)

    def lead(self, name: str = "Анна Ким", owner: str | None = "maria", **contacts: Any) -> int:
        """A client who is a lead of somebody's."""
        number = self.front.post("/api/v1/admin/clients", {"full_name": name, **contacts}, SERVICE).ok()["id"]
        (row,) = storage.read(PersonRow.at(place("live", number)))
        mine = self.house.ids.get(owner or "")
        self.decide(
            lambda tx: deciding.open_in(
                tx,
                person=row,
                client_id=row.client_id,
                place=row.place,
                source="call",
                at=clock.now(),
                by="system",
                events=(),
                owner=mine,
            )
        )
        return int(number)

    def decide(self, act: Callable[[storage.Transaction], Any]) -> Any:
        tx = storage.Transaction()
        done = act(tx)
        tx.commit()
        return done

    def change_lead(self, number: int, **said: Any) -> None:
        """A lead is changed, and whoever follows hears it."""
        lead, person = service.read(number)
        self.decide(lambda tx: deciding.change_in(tx, lead, person, said, by="system", at=clock.now(), events=None))
        self.follow()

    def remove_lead(self, number: int) -> None:
        lead, _ = service.read(number)
        self.decide(lambda tx: deciding.remove_in(tx, lead, by="system", at=clock.now()))
        self.follow()

    def follow(self) -> None:
        """What the log's stream, or the next tick, hands on."""
        following.follow(sorted((fact for fact in FactRow.scan() if fact.contour == "live"), key=lambda fact: fact.fact_id))

    def write(self, lead: int, who: str = "maria", **said: Any) -> int:
        answer = self.made(lead, who, **said)
        assert answer.status == 201, answer.text
        return int(answer.body["id"])

    def made(self, lead: Any, who: str | None = "maria", headers: dict[str, str] | None = None, **said: Any) -> Answer:
        body = {"lead_id": lead, "message_type": "email", "subject": "Здравствуйте", "body": WORDS, **said}
        return self.front.post(MESSAGES, body, self.of(who) | (headers or {}))

    def send(self, number: Any, who: str | None = "maria", **headers: str) -> Answer:
        return self.front.post(f"{MESSAGES}/{number}/send", {}, self.of(who) | headers)

    def get(self, number: Any, who: str | None = "maria") -> Answer:
        return self.front.get(f"{MESSAGES}/{number}", self.of(who))

    def put(self, number: Any, who: str | None = "maria", **said: Any) -> Answer:
        return self.front.put(f"{MESSAGES}/{number}", said, self.of(who))

    def delete(self, number: Any, who: str | None = "maria") -> Answer:
        return self.front.delete(f"{MESSAGES}/{number}", self.of(who))

    def found(self, who: str | None = "maria", **query: Any) -> list[int]:
        answer = self.front.get(MESSAGES, self.of(who), limit=200, **query).ok()
        assert (answer["total"], answer["total_is_exact"]) == (len(answer["items"]), True)
        return [message["id"] for message in answer["items"]]

    def agree(self, lead: int, **answers: str) -> None:
        said = {purpose: {"given": given, "at": "2026-11-01T10:00:00+00:00"} for purpose, given in answers.items()}
        storage.change(Client.row(client_of(lead)), [Client.agreements.set(said)])


@pytest.fixture
def sales(front, house):  # noqa: F811
    house.hire("maria")
    house.hire("boris")
    return Sales(front, house)


def client_of(lead: int) -> str:
    return str(storage.read(Lead.at(place("live", lead)))[0].client_id)


def lead_of(number: int) -> Lead:
    return storage.read(Lead.at(place("live", number)))[0]


def row_of(number: int) -> SalesMessage:
    return storage.read(SalesMessage.at(place("live", number)))[0]


def letters() -> list[MessageRow]:
    """The letters of messages that the ledger has."""
    return [row for row in MessageRow.scan() if row.kept_by]


def told(answer: Answer) -> tuple[int, str]:
    return answer.status, answer.body["error"]

"""An office that talks with clients."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from bench.ticks import put
from chalicelib.clients.models import Client, Identity
from chalicelib.clients.rules import Sign, lead_number
from chalicelib.core import client_token, clock, outbox
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.settings import settings
from tests.builders import SERVICE, Answer, client_row, ledger
from tests.integration.staff.conftest import House, staff_sign_in

__all__ = ["staff_sign_in"]

DIALOGUES = "/api/v1/admin/dialogues"
WORDS = "/api/v1/feedback/app/message"
AGREED = {f"consent_{purpose}": True for purpose in ("personal_data", "marketing", "sms", "app_push", "email")}


@dataclass
class Office(House):
    """The doors of talk, asked by whoever is named."""

    def client(self, name: str = "Анна Ким", tg_id: int = 7012345678, **said: Any) -> int:
        """A client whom the office wrote down and who agreed to everything; his number."""
        said = {**AGREED, "tg_id": tg_id, **said}
        return int(self.front.post("/api/v1/admin/clients", {"full_name": name, **said}, SERVICE).ok()["id"])

    def write(self, number: int, text: str = "Можно вечером?") -> Answer:
        """A client writes from the Mini App."""
        return self.front.post(WORDS, {"text": text}, token_of(number))

    def talks(self, **query: Any) -> Any:
        return self.front.get(DIALOGUES, SERVICE, **query).ok()

    def talk(self, number: int, header: dict[str, str] = SERVICE, **query: Any) -> Any:
        return self.front.get(f"{DIALOGUES}/{number}", header, **query).ok()

    def answer(self, number: int, text: str = "Да, в семь", header: dict[str, str] = SERVICE, **said: Any) -> Answer:
        return self.front.post(f"{DIALOGUES}/{number}/send", {"text": text, **said}, header)

    def group(self, people: list[int], header: dict[str, str] = SERVICE, **said: Any) -> Answer:
        body = {"client_ids": people, "channel": "telegram", "text": "Скидка {weekend}: {0.__class__} %s", **said}
        return self.front.post(f"{DIALOGUES}/send-group", body, header)

    def registry(self, **query: Any) -> Any:
        return self.front.get(f"{DIALOGUES}/messages", SERVICE, **query).ok()


def row_of(number: int) -> Client:
    return client_row(lead_number(number, "live"))


def token_of(number: int) -> dict[str, str]:
    return {"Authorization": f"Bearer {client_token.issue(row_of(number).client_id, settings().secret_of_clients)}"}


def said_to(number: int) -> list[Any]:
    """What the ledger holds for a client."""
    return ledger(f"client#{row_of(number).client_id}")


def many(count: int, first: int = 1) -> list[int]:
    """So many clients who agreed to everything, written at once; their numbers."""
    numbers = [*range(first, first + count)]
    leads = {number: lead_number(number, "live") for number in numbers}
    put([_card(number, lead) for number, lead in leads.items()])
    put([Identity(identity=Sign("lead", lead).key("live"), client_id=_id(number), lead_number=lead) for number, lead in leads.items()])
    return numbers


def _id(number: int) -> str:
    return f"client-{number:05d}"


def _card(number: int, lead: str) -> Client:
    said = {"given": "yes", "at": "2026-11-01T10:00:00+00:00"}
    card = Client(client_id=_id(number), contour="live", lead_number=lead, created_at=clock.now(), name=f"Клиент {number}")
    card.telegram_id, card.agreements = str(7_000_000 + number), dict.fromkeys(("personal_data", "marketing"), said)
    return card


def deliver() -> None:
    """What the outbox's stream does."""
    outbox.deliver_lanes({row.lane for row in OutboxRow.scan()}, within=timedelta(seconds=20))


@pytest.fixture
def office(front):
    return Office(front)

"""A salon: its masters with their schedules, its clients, and both doors by which a time is booked."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from chalicelib.core.settings import settings
from tests.authorisation.callers import BOT_TOKEN, opened_by
from tests.builders import SERVICE, Answer, Visitor, tomorrow
from tests.integration.staff.conftest import House, staff_sign_in

__all__ = ["staff_sign_in"]

ADMIN = "/api/v1/admin"
OFFICES, SPOKEN, OWN = f"{ADMIN}/appointments", f"{ADMIN}/communications/appointments", "/api/v1/app/appointments/book"
ANNA, BORIS = 7012345678, 7012340002


class Salon(House):
    """What its desk and its clients can do, in a line each."""

    def come(self, name: str = "Анна Ким") -> int:
        return int(self.front.post(f"{ADMIN}/clients", {"full_name": name}, SERVICE).ok()["id"])

    def master(self, name: str = "Мария Орлова", **said: Any) -> dict[str, Any]:
        return self.front.post(f"{ADMIN}/employees", {"full_name": name, **said}, SERVICE).ok()

    def plan(self, employee: int, start: str = "10:00", end: str = "19:00", day: datetime | None = None) -> None:
        said = {"work_date": f"{(day or tomorrow()) + timedelta(hours=3):%Y-%m-%d}", "planned_start": start, "planned_end": end}
        self.front.post(f"{ADMIN}/employees/{employee}/schedule", said, SERVICE).ok()

    def service(self, name: str = "Стрижка", minutes: int = 45, **said: Any) -> int:
        body = {"name": name, "item_type": "service", "price_rub": 1500, "service_duration_min": minutes, **said}
        return int(self.front.post(f"{ADMIN}/products", body, SERVICE).ok()["id"])

    def book(self, client: int, start: datetime, header: dict[str, str] = SERVICE, path: str = OFFICES, **said: Any) -> Answer:
        return self.front.post(path, {"client_id": client, "starts_at": int(start.timestamp()), **said}, header)

    def open(self, start: datetime, account: int = ANNA, **said: Any) -> Answer:
        return self.front.post(OWN, {"starts_at": int(start.timestamp()), **said}, opened_by(account, BOT_TOKEN))

    def cancel(self, answer: dict[str, Any]) -> None:
        from chalicelib.appointments.booking import repository
        from chalicelib.core import storage

        (row,) = storage.read(repository.key(answer["id"]))
        self.front.post("/cancel-session", {"ticket_id": row.ticket_id}, SERVICE).ok()


@pytest.fixture
def salon(front: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Salon]:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", BOT_TOKEN)
    settings.cache_clear()
    yield Salon(front)
    settings.cache_clear()


def at_once(number: int = 7) -> Salon:
    """The doors for callers in threads, at an address: Chalice's own client has one request at a time."""
    return Salon(Visitor(f"203.0.113.{number}"))


def told(answer: Answer) -> tuple[int, str, Any]:
    """What a refusal says."""
    return answer.status, answer.body["error"], answer.body["detail"]

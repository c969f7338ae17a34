"""A business in another zone: its clock is everywhere, under its own name."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.core.settings import settings
from tests.builders import slot, specialist
from tests.integration.booking import desk


@pytest.fixture
def in_the_urals(monkeypatch):
    monkeypatch.setenv("BUSINESS_TIMEZONE", "Asia/Yekaterinburg")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def test_the_hour_that_the_site_shows_is_the_hour_that_is_confirmed(in_the_urals, front):
    start = (datetime.now(UTC) + timedelta(days=2)).replace(hour=7, minute=0, second=0, microsecond=0)
    slot_id = slot(front, specialist(front), start)
    (shown,) = front.get("/get-available-slots").ok()["slots"]
    assert shown["time"] == "12:00"
    ticket_id = desk.applied(front, slot_id)
    linked = front.post("/process-link", {"user_id": desk.ANNA, "ticket_id": ticket_id}, desk.SERVICE).ok()
    assert linked["message"].endswith(f"{shown['date']} 12:00 МСК+2.")
    confirmed = desk.confirm(front, ticket_id, f"{shown['date']} {shown['time']}").ok()
    assert confirmed["message"] == f"Сессия подтверждена: {shown['date']} 12:00 МСК+2."

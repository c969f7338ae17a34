"""The rungs before a session: off unless asked for, each once, and never a cancellation that nobody was asked about."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.core.settings import settings
from tests.builders import SERVICE, TELEGRAM, application, moscow, press, slot, specialist, start

STARTS = datetime(2026, 12, 10, 9, 0, tzinfo=UTC)
CLIENT = "7012345678"
ADMIN = "900100"


@pytest.fixture
def ladder(monkeypatch, sent):
    monkeypatch.setenv("CONFIRMATION_LADDER", "true")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
def moment():
    with time_machine.travel(STARTS - timedelta(days=3), tick=False) as traveller:
        yield traveller


def book(front, tick):
    person = specialist(front)
    slot(front, person, STARTS)
    applied = front.post("/submit-application", application(moscow(STARTS))).ok()
    front.post("/telegram", start(applied["ticket_id"]), TELEGRAM).ok()
    tick("sweep")
    return applied["ticket_id"]


def climb(moment, tick, *hours):
    for hour in hours:
        moment.move_to(STARTS - timedelta(hours=hour))
        for _ in range(2):
            tick("confirm_sessions")
            tick("sweep")


def asked(sent):
    return sum("пожалуйста, подтвердите встречу" in message.text for message in sent.messages(CLIENT))


def told(sent, words):
    return sum(words in message.text for message in sent.messages(ADMIN))


def status(front, ticket_id):
    return front.get("/get-ticket-info", ticket_id=ticket_id).ok()["ticket"]["status"]


def test_it_is_off_unless_switched_on(front, tick, sent, moment):
    ticket_id = book(front, tick)
    climb(moment, tick, 24, 22, 21, 18)
    assert (asked(sent), status(front, ticket_id)) == (0, "pending")


def test_asks_twice_tells_the_admin_and_cancels(front, tick, sent, ladder, moment):
    ticket_id = book(front, tick)
    climb(moment, tick, 25)
    assert asked(sent) == 0
    climb(moment, tick, 24)
    assert asked(sent) == 1
    climb(moment, tick, 22)
    assert asked(sent) == 2
    climb(moment, tick, 21)
    assert told(sent, "не подтвердил встречу") == 1
    climb(moment, tick, 18)
    assert status(front, ticket_id) == "cancelled"
    assert told(sent, "Встреча отменена: клиент") == 1
    assert len(front.get("/get-available-slots").ok()["slots"]) == 1


def test_a_confirmed_session_is_left_alone(front, tick, sent, ladder, moment):
    ticket_id = book(front, tick)
    climb(moment, tick, 24)
    front.post("/telegram", press(sent.messages(CLIENT)[-1].action("Подтвердить"), update_id=9), TELEGRAM).ok()
    climb(moment, tick, 22, 21, 18)
    assert (asked(sent), status(front, ticket_id)) == (1, "confirmed")


def test_nobody_is_cancelled_whom_our_question_did_not_reach(front, tick, sent, ladder, moment):
    ticket_id = book(front, tick)
    sent.block(CLIENT)
    climb(moment, tick, 24, 22, 21, 18, 17)
    assert status(front, ticket_id) == "pending"
    assert told(sent, "не дошли") == 1


@pytest.mark.parametrize(
    ("booked", "asks", "admin", "ends"), [(23, 2, 1, "cancelled"), (21.5, 1, 1, "cancelled"), (20, 0, 1, "pending"), (17, 0, 0, "pending")]
)
def test_a_late_booking_starts_at_its_own_rung(front, tick, sent, ladder, moment, booked, asks, admin, ends):
    moment.move_to(STARTS - timedelta(hours=booked))
    ticket_id = book(front, tick)
    climb(moment, tick, *[hour for hour in (booked - 0.2, 22, 21, 18, 16) if hour < booked])
    assert (asked(sent), told(sent, "не подтвердил встречу.")) == (asks, admin)
    assert status(front, ticket_id) == ends


def test_a_moved_session_is_asked_about_again(front, tick, sent, ladder, moment):
    ticket_id = book(front, tick)
    climb(moment, tick, 24)
    later = STARTS + timedelta(days=2)
    slot(front, front.get("/specialists", SERVICE).ok()["specialists"][0]["id"], later)
    front.post("/reschedule-session", {"ticket_id": ticket_id, "new_slot_time": moscow(later)}).ok()
    climb(moment, tick, 22, 18)
    assert (asked(sent), status(front, ticket_id)) == (1, "pending")
    climb(moment, tick, -24)
    assert asked(sent) == 2


def test_a_missed_rung_is_not_made_up_for(front, tick, sent, ladder, moment):
    ticket_id = book(front, tick)
    climb(moment, tick, 21.5, 18)
    assert (asked(sent), status(front, ticket_id)) == (1, "cancelled")

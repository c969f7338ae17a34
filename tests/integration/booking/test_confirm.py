"""A client confirms his session at the time he chose."""

from datetime import timedelta

import pytest
import time_machine

from tests.builders import SERVICE, moscow, slot, specialist, tomorrow
from tests.integration.booking import desk


@pytest.fixture
def when():
    return tomorrow(12)


@pytest.fixture
def ticket(front, when):
    return desk.booked(front, slot(front, specialist(front), when))


def refused(answer):
    return answer.status, answer.body["error"]


def test_a_wrong_key_is_no_ticket(front, ticket, when):
    body = {"ticket_id": ticket, "slot_time": moscow(when)}
    assert front.post("/confirm-session-by-client", body, {"X-Api-Key": "guess"}).status == 401
    assert desk.status(front, ticket) == "pending"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ticket_id": "x"},
        {"slot_time": "12.03 10:00"},
        {"ticket_id": None, "slot_time": "12.03 10:00"},
        {"ticket_id": "x", "slot_time": ""},
    ],
)
def test_what_is_missing_is_named(front, body):
    answer = front.post("/confirm-session-by-client", body)
    assert refused(answer) == (422, "invalid") and answer.body["detail"][0]["loc"][0] == "body"


def test_nobodys_ticket(front, when):
    assert refused(desk.confirm(front, "01KQ7M2W9B4X6Z8D0F2H4J6N8R", moscow(when))) == (404, "session_not_found")


def test_a_ticket_without_a_session(front, when):
    ticket = desk.applied(front, slot(front, specialist(front), when))
    assert refused(desk.confirm(front, ticket, moscow(when))) == (404, "session_not_found")


@pytest.mark.parametrize("written", ["%d.%m %H:%M", "%Y-%m-%dT%H:%M:%S+03:00", "%d.%m.%Y %H:%M", " %d.%m / %H:%M"])
def test_the_time_may_be_written_in_many_ways(front, ticket, when, written):
    desk.confirm(front, ticket, (when + timedelta(hours=3)).strftime(written)).ok()
    assert desk.status(front, ticket) == "confirmed"


def test_another_time_confirms_nothing(front, ticket, when):
    answer = desk.confirm(front, ticket, moscow(when + timedelta(hours=1)))
    assert refused(answer) == (409, "slot_time_differs")
    assert answer.body["detail"] == {"slot_time": moscow(when)}
    assert refused(desk.confirm(front, ticket, "скоро")) == (409, "slot_time_differs")
    assert desk.status(front, ticket) == "pending"


def test_both_sides_are_told_once_and_a_repeat_gets_the_same_answer(front, ticket, when):
    answers = [desk.confirm(front, ticket, moscow(when)).ok() for _ in range(20)]
    assert answers == [{"success": True, "message": f"Сессия подтверждена: {moscow(when)} МСК."}] * 20
    assert desk.said(ticket, cause="confirmed_by_client") == ["client_session_confirmed", "specialist_session_confirmed"]


def test_a_repeat_after_the_start_gets_the_same_answer(front, ticket, when):
    first = desk.confirm(front, ticket, moscow(when)).ok()
    with time_machine.travel(when + timedelta(minutes=5)):
        assert desk.confirm(front, ticket, moscow(when)).ok() == first


def test_what_waits_for_its_payment_is_not_confirmed_by_words(front, when):
    person = specialist(front)
    chosen = slot(front, person, when)
    ticket = desk.reserved(front, person, chosen)
    answer = desk.confirm(front, ticket, moscow(when))
    assert refused(answer) == (409, "payment_awaited") and "payment_due_at" in answer.body["detail"]
    assert desk.reserved(front, person, chosen, paid=True) == ticket
    desk.confirm(front, ticket, moscow(when)).ok()


def test_a_cancelled_session_stays_cancelled(front, ticket, when):
    desk.cancel(front, ticket).ok()
    answer = desk.confirm(front, ticket, moscow(when))
    assert refused(answer) == (409, "session_ended") and answer.body["detail"] == {"status": "cancelled"}


def test_a_session_that_has_begun_cannot_be_confirmed(front, ticket, when):
    with time_machine.travel(when, tick=False):
        assert refused(desk.confirm(front, ticket, moscow(when))) == (410, "session_past")
    with time_machine.travel(when - timedelta(seconds=1), tick=False):
        desk.confirm(front, ticket, moscow(when)).ok()


def test_a_missed_session_cannot_be_confirmed(front, tick, ticket, when):
    desk.missed(ticket, when + timedelta(hours=2))
    assert refused(desk.confirm(front, ticket, moscow(when))) == (409, "session_ended")


def test_the_back_office_may_confirm_too(front, ticket, when):
    front.post("/confirm-session-by-client", {"ticket_id": ticket, "slot_time": moscow(when)}, SERVICE).ok()
    assert desk.status(front, ticket) == "confirmed"

"""A session moves to another free time of its specialist, whole or not at all."""

from datetime import timedelta

import pytest
import time_machine

from tests.builders import SERVICE, moscow, slot, specialist, tomorrow
from tests.integration.booking import desk

BOTH = ["client_session_moved", "specialist_session_moved"]


@pytest.fixture
def times():
    return [tomorrow(hour) for hour in (12, 13, 14)]


@pytest.fixture
def slots(front, times):
    person = specialist(front)
    return [slot(front, person, time) for time in times]


@pytest.fixture
def ticket(front, slots):
    return desk.booked(front, slots[0])


def refused(answer):
    return answer.status, answer.body["error"]


def test_a_wrong_key_moves_nothing(front, ticket, slots, times):
    body = {"ticket_id": ticket, "new_slot_time": moscow(times[1])}
    assert front.post("/reschedule-session", body, {"X-Api-Key": "guess"}).status == 401
    assert desk.free(front) == slots[1:]


@pytest.mark.parametrize("text", ["31.02 10:00", "завтра в десять", "25:00", "", None, "12.13 10:00"])
def test_a_time_that_is_none_is_named(front, ticket, text):
    answer = desk.move(front, ticket, text)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "new_slot_time"])


def test_nobodys_ticket(front, times):
    assert refused(desk.move(front, "01KQ7M2W9B4X6Z8D0F2H4J6N8R", moscow(times[1]))) == (404, "session_not_found")


@pytest.mark.parametrize("confirmed", [False, True])
def test_the_session_keeps_its_id_and_status(front, ticket, slots, times, confirmed):
    if confirmed:
        desk.confirm(front, ticket, moscow(times[0])).ok()
    before = desk.session(ticket)
    answer = desk.move(front, ticket, moscow(times[2])).ok()
    after = desk.session(ticket)
    assert answer["message"] == f"Сессия перенесена на {moscow(times[2])} МСК."
    assert (after.session_id, after.status) == (before.session_id, before.status)
    assert (after.slot_id, after.start_at, after.end_at) == (slots[2], times[2], times[2] + timedelta(hours=1))
    assert desk.free(front) == slots[:2]
    assert front.get("/get-ticket-info", ticket_id=ticket).ok()["ticket"]["slot_time"] == moscow(times[2])


def test_both_sides_hear_that_it_moved_and_never_that_it_was_cancelled(front, tick, sent, ticket, times):
    tick("sweep")
    assert len({desk.move(front, ticket, moscow(times[1])).ok()["message"] for _ in range(20)}) == 1
    tick("sweep")
    assert desk.said(ticket, cause="moved") == BOTH
    for chat in (desk.ANNA, "5550001"):
        first, moved = (message.text for message in sent.messages(chat))
        assert "перенесена" in moved and "отменена" not in first + moved


def test_to_its_own_time_nothing_moves(front, ticket, slots, times):
    desk.move(front, ticket, moscow(times[0])).ok()
    assert desk.session(ticket).slot_id == slots[0]
    assert desk.said(ticket, cause="moved") == []


def test_a_taken_time_leaves_the_old_one_and_names_others(front, ticket, slots, times):
    desk.booked(front, slots[1], desk.BORIS)
    answer = desk.move(front, ticket, moscow(times[1]))
    assert refused(answer) == (409, "slot_taken")
    assert [row["id"] for row in answer.body["detail"]["alternatives"]] == [slots[2]]
    assert (desk.session(ticket).slot_id, desk.stored(slots[0]).session_id) == (slots[0], desk.session(ticket).session_id)
    assert desk.said(ticket, cause="moved") == []


def test_a_time_held_for_another_is_taken(front, ticket, slots, times):
    desk.applied(front, slots[1], user_id=desk.BORIS)
    assert refused(desk.move(front, ticket, moscow(times[1]))) == (409, "slot_taken")


def test_a_time_nobody_offers_is_taken(front, ticket, slots, times):
    answer = desk.move(front, ticket, moscow(times[2] + timedelta(minutes=10)))
    assert refused(answer) == (409, "slot_taken")
    assert len(answer.body["detail"]["alternatives"]) == 2


def test_anothers_specialists_time_is_not_his(front, ticket, times):
    slot(front, specialist(front, name="Анна Ким"), times[0] + timedelta(hours=5))
    assert refused(desk.move(front, ticket, moscow(times[0] + timedelta(hours=5)))) == (409, "slot_taken")


def test_there_and_back_again(front, ticket, slots, times):
    desk.move(front, ticket, moscow(times[1])).ok()
    desk.move(front, ticket, moscow(times[0])).ok()
    assert desk.free(front) == slots[1:]
    assert desk.said(ticket, cause="moved") == sorted(BOTH * 2)


def test_a_past_time_is_over(front, ticket, slots):
    past = tomorrow(12, days=-2).isoformat()
    assert refused(desk.move(front, ticket, past)) == (410, "slot_past")
    assert desk.session(ticket).slot_id == slots[0]


def test_a_session_that_has_begun_stays(front, ticket, times):
    with time_machine.travel(times[0], tick=False):
        assert refused(desk.move(front, ticket, moscow(times[2]))) == (410, "session_past")


@pytest.mark.parametrize("to", [0, 1])
def test_a_cancelled_session_does_not_move(front, ticket, slots, times, to):
    desk.cancel(front, ticket).ok()
    assert refused(desk.move(front, ticket, moscow(times[to]))) == (409, "session_ended")
    assert desk.free(front) == slots


def test_a_session_that_waits_for_its_payment_still_waits_after_it(front, tick, times):
    person = specialist(front)
    old, new = slot(front, person, times[0]), slot(front, person, times[1])
    ticket = desk.reserved(front, person, old)
    due = desk.session(ticket).payment_due_at
    desk.move(front, ticket, moscow(times[1])).ok()
    assert (desk.session(ticket).payment_due_at, desk.stored(new).hold_until) == (due, due)
    assert desk.free(front) == [old]
    tick("sweep", due + timedelta(seconds=1))
    assert desk.free(front) == [old, new]
    assert desk.status(front, ticket) == "cancelled"


def test_it_may_move_onto_time_whose_payment_never_came(front, tick, slots):
    person = front.get("/specialists", SERVICE).ok()["specialists"][0]["id"]
    late = desk.reserved(front, person, slots[1], user_id=desk.BORIS)
    ticket = desk.booked(front, slots[0])
    starts = [desk.stored(one).start_at for one in slots]
    with time_machine.travel(desk.session(late).payment_due_at + timedelta(seconds=1)):
        desk.move(front, ticket, moscow(starts[1])).ok()
        assert desk.status(front, late) == "cancelled"
        assert desk.said(late, cause="payment_expired") == ["client_payment_expired", "specialist_session_cancelled"]
        assert tick("sweep")["payments"] == 0
    assert desk.stored(slots[1]).session_id == desk.session(ticket).session_id


def test_a_moved_session_is_reminded_of_at_its_new_time(front, tick, ticket, times):
    desk.confirm(front, ticket, moscow(times[0])).ok()
    tick("session_reminder", times[0] - timedelta(hours=1))
    desk.move(front, ticket, moscow(times[2])).ok()
    tick("session_reminder", times[2] - timedelta(hours=1))
    tick("session_reminder", times[2] - timedelta(minutes=30))
    assert desk.said(ticket, cause="session_reminder").count("client_session_reminder") == 2

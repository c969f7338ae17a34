"""A session is cancelled: its time is free at once, both sides hear of it once."""

from datetime import timedelta

import pytest
import time_machine

from tests.builders import SERVICE, moscow, slot, specialist, tomorrow
from tests.integration.booking import desk

BOTH = ["client_session_cancelled", "specialist_session_cancelled"]
DONE = {"success": True, "message": "Сессия отменена."}


@pytest.fixture
def when():
    return tomorrow(12)


@pytest.fixture
def chosen(front, when):
    return slot(front, specialist(front), when)


@pytest.fixture
def ticket(front, chosen):
    return desk.booked(front, chosen)


def by_slot(front, headers=SERVICE, **said):
    return front.post("/cancel-session", said, headers)


def refused(answer):
    return answer.status, answer.body["error"]


def test_a_slots_id_is_no_secret(front, ticket, chosen):
    assert refused(by_slot(front, None, slot_id=chosen)) == (401, "unauthorized")
    assert refused(by_slot(front, None, id=chosen, state="Занят")) == (401, "unauthorized")
    assert refused(by_slot(front, {"X-Api-Key": "guess"}, ticket_id=ticket)) == (401, "unauthorized")
    assert desk.status(front, ticket) == "pending"


@pytest.mark.parametrize("body", [{}, {"cancellation_reason": "не смогу"}, {"ticket_id": ""}, {"ticket_id": "x" * 201}])
def test_something_must_be_named(front, body):
    assert refused(front.post("/cancel-session", body)) == (422, "invalid")


def test_nobodys_ticket(front):
    assert refused(desk.cancel(front, "01KQ7M2W9B4X6Z8D0F2H4J6N8R")) == (404, "session_not_found")


@pytest.mark.parametrize("confirmed", [False, True])
def test_the_time_is_free_at_once(front, ticket, chosen, when, confirmed):
    if confirmed:
        desk.confirm(front, ticket, moscow(when)).ok()
    assert desk.cancel(front, ticket, cancellation_reason="Заболел").ok() == DONE
    assert desk.free(front) == [chosen]
    assert desk.status(front, ticket) == "cancelled"
    assert desk.session(ticket).cancellation_reason == "Заболел"
    other = desk.booked(front, chosen, desk.BORIS)
    assert (desk.status(front, ticket), desk.status(front, other)) == ("cancelled", "pending")


def test_a_repeat_is_silent(front, ticket):
    assert [desk.cancel(front, ticket).ok() for _ in range(20)] == [DONE] * 20
    assert desk.said(ticket, cause="cancelled_by_request") == BOTH


def test_a_repeat_does_not_free_the_next_clients_time(front, ticket, chosen):
    desk.cancel(front, ticket).ok()
    other = desk.booked(front, chosen, desk.BORIS)
    assert desk.cancel(front, ticket).ok() == DONE
    assert desk.status(front, other) == "pending"
    assert desk.free(front) == []


@pytest.mark.parametrize("field", ["slot_id", "id"])
def test_the_back_office_cancels_by_the_slot(front, ticket, chosen, field):
    assert [by_slot(front, **{field: chosen}).ok() for _ in range(3)] == [DONE] * 3
    assert desk.status(front, ticket) == "cancelled"
    assert desk.said(ticket, cause="cancelled_by_request") == BOTH


def test_a_slot_nobody_knows(front):
    assert refused(by_slot(front, slot_id="4817")) == (404, "slot_not_found")


def test_a_held_slot_has_no_session_yet(front, chosen):
    ticket = desk.applied(front, chosen)
    assert refused(by_slot(front, slot_id=chosen)) == (404, "session_not_found")
    assert desk.free(front, ticket_id=ticket) == [chosen]


def test_an_unpaid_session_is_cancelled_too(front, when):
    person = specialist(front)
    chosen = slot(front, person, when)
    ticket = desk.reserved(front, person, chosen)
    desk.cancel(front, ticket).ok()
    assert desk.free(front) == [chosen]
    assert desk.said(ticket, cause="cancelled_by_request") == BOTH


def test_what_has_begun_cannot_be_cancelled(front, ticket, chosen, when):
    with time_machine.travel(when, tick=False):
        assert refused(desk.cancel(front, ticket)) == (410, "session_past")
        assert refused(by_slot(front, slot_id=chosen)) == (410, "session_past")
        assert desk.status(front, ticket) == "pending"


def test_what_took_place_cannot_be_cancelled(front, tick, ticket, when):
    desk.confirm(front, ticket, moscow(when)).ok()
    tick("feedback_reminder", when + timedelta(hours=2))
    assert refused(desk.cancel(front, ticket)) == (409, "session_ended")
    assert desk.status(front, ticket) == "completed"


def test_both_sides_read_it(front, tick, sent, ticket):
    tick("sweep")
    desk.cancel(front, ticket).ok()
    desk.cancel(front, ticket).ok()
    tick("sweep")
    assert ["отменена" in message.text for message in sent.messages(desk.ANNA)] == [False, True]
    assert ["отменена" in message.text for message in sent.messages("5550001")] == [False, True]

"""An index tells of its table as it stood a moment ago: what is decided on one must be caught by the rows themselves."""

import pytest
import time_machine

from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots.models import Slot
from chalicelib.core import clock, storage
from tests.builders import SERVICE, later, slot, specialist, tomorrow
from tests.integration.booking import desk
from tests.standins.store import LaggingIndexes

A_WHILE = 100
"""More writes than any of these stories makes."""


@pytest.fixture
def person(front):
    return specialist(front, id="p")


@pytest.fixture
def hours(front, person):
    return [slot(front, person, tomorrow(hour), id=f"h{hour}") for hour in (12, 14)]


def sessions_of(front, *tickets):
    return [row for ticket_id in tickets for row in storage.query(Session, ticket_id).rows]


def test_indexes_lag_and_tables_do_not(front, person):
    with LaggingIndexes(1) as lag:
        first = slot(front, person, tomorrow(12))
        assert desk.free(front) == []
        second = slot(front, person, tomorrow(14))
        assert desk.free(front) == [first]
        assert [row.slot_id for row in storage.read(Slot.at(first), Slot.at(second))] == [first, second]
    assert desk.free(front) == [first, second]
    assert lag.asked


def test_a_specialist_booked_a_moment_ago_is_not_removed(front, person, hours):
    with LaggingIndexes(A_WHILE):
        ticket_id = desk.booked(front, hours[0])
        refused = front.delete(f"/specialists/{person}", SERVICE)
    assert (refused.status, refused.body["error"]) == (409, "specialist_has_sessions")
    assert front.get(f"/specialists/{person}", SERVICE).status == 200
    assert desk.free(front) == [hours[1]], "the time he has left is still offered"
    assert [row.status for row in sessions_of(front, ticket_id)] == ["pending"]


def test_a_session_paid_a_moment_ago_is_not_ended_as_unpaid(front, person, hours, tick):
    ticket_id = desk.reserved(front, person, hours[0])
    with time_machine.travel(clock.wall() + (later(minutes=59) - later())), LaggingIndexes(A_WHILE):
        assert desk.reserved(front, person, hours[0], paid=True) == ticket_id
        tick("sweep")
    assert [row.status for row in sessions_of(front, ticket_id)] == ["confirmed"]
    (row,) = storage.read(Slot.at(hours[0]))
    assert row.state == "booked"


def test_a_diagnostic_ticket_gets_one_session(front, person, hours):
    form = {"client_name": "Анна", "client_phone": desk.PHONES[desk.ANNA]}
    waiting = front.post("/webhook/diagnostic-session-request", form).ok()
    with LaggingIndexes(A_WHILE):
        tickets = [booked_by(front, "br0001", person, hour) for hour in hours]
    assert tickets[0] == waiting["ticket_id"]
    assert len(set(tickets)) == 2
    assert [row.slot_id for row in sessions_of(front, *tickets)] == hours


def booked_by(front, client, person, hour):
    paid = {"amount": 3000, "status": "completed"}
    body = {"client_id": client, "psychologist_id": person, "slot_id": hour, "payment_info": paid}
    return front.post("/process-diagnostic-session-request", body, SERVICE).ok()["ticket_id"]

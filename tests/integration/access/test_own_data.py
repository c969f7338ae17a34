"""What a client's token opens: his own sessions and tickets, and nobody else's."""

from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import client_token, clock
from tests.builders import SERVICE, application, book, client_row, confirm, moscow, slot, specialist, tomorrow

SECRET = "client-token-secret-of-the-tests-2026"
OTHER = 7033333333
DINA = {"name": "Дина Сафина", "contact": {"type": "phone", "value": "+7 917 400-22-18"}}


@pytest.fixture
def booked(front):
    """Anna's and Dina's booked sessions tomorrow: their tickets, and a free hour more."""
    person = specialist(front)
    for hour in (10, 11, 12):
        slot(front, person, tomorrow(hour))
    return book(front, tomorrow(10)), book(front, tomorrow(11), OTHER, update_id=2, **DINA)


def bearer(reference="br0001", contour="live"):
    return {"Authorization": f"Bearer {client_token.issue(client_row(reference, contour).client_id, SECRET)}"}


def changes(ticket_id):
    """Every change that a client may make to a session, in an order in which all may succeed."""
    return [
        ("/confirm-session-by-client", {"ticket_id": ticket_id, "slot_time": moscow(tomorrow(10))}),
        ("/reschedule-session", {"ticket_id": ticket_id, "new_slot_time": moscow(tomorrow(12))}),
        ("/cancel-session", {"ticket_id": ticket_id}),
    ]


def test_history_is_the_bearer_s_own_whatever_he_asks_for(front, booked):
    own, _ = booked
    for query in ({}, {"client_telegram": str(OTHER)}, {"client_telegram": "@somebody"}):
        rows = front.get("/client-sessions-history", bearer(), **query).ok()["sessions"]
        assert [row["ticket_id"] for row in rows] == [own]


def test_history_is_closed_to_strangers_and_bad_tokens(front, booked):
    assert front.get("/client-sessions-history").status == 401
    assert front.get("/client-sessions-history", {"Authorization": "Bearer nonsense"}).status == 401
    old = bearer()
    with time_machine.travel(clock.wall() + timedelta(days=1, seconds=1)):
        assert front.get("/client-sessions-history", old).status == 401


def test_his_own_session_he_may_change_and_repeat_it(front, booked):
    own, _ = booked
    for path, body in changes(own):
        first = front.post(path, body, bearer()).ok()
        assert front.post(path, body, bearer()).ok() == first or path == "/confirm-session-by-client"


@pytest.mark.parametrize("step", range(3))
def test_another_s_session_does_not_exist_for_him(front, booked, step):
    _, others = booked
    path, body = changes(others)[step]
    refused = front.post(path, body, bearer())
    assert (refused.status, refused.body) == (404, front.post(path, {**body, "ticket_id": "unknown"}, bearer()).body)
    assert refused.body["error"] == "session_not_found"


def test_whoever_was_merged_is_let_in_by_his_old_token_wherever_he_went(front, booked, tick):
    own, others = booked
    old = bearer()
    front.post("/submit-application", application(contact={"type": "phone", "value": "+7 917 400-22-19"}, request_text="ещё")).ok()
    for source, into in (("br0001", "br0002"), ("br0002", "br0003")):
        front.post(f"/clients/{source}/merge", {"into": into, "reason": "один человек"}, SERVICE).ok()
        tick("sweep")
        assert front.get("/get-ticket-info", old, ticket_id=others).status == 200
    assert front.post("/cancel-session", {"ticket_id": own}, old).status == 200


@pytest.mark.parametrize("step", range(3))
def test_a_bad_token_is_refused_even_with_a_right_ticket(front, booked, step):
    own, _ = booked
    path, body = changes(own)[step]
    assert front.post(path, body, {"Authorization": "Bearer nonsense"}).status == 401


def test_rating_is_his_own_too(front, booked, tick):
    own, others = booked
    confirm(front, own, tomorrow(10))
    tick("feedback_reminder", tomorrow(13))
    body = {"ticket_id": own, "rating": 5}
    assert front.post("/rate-session", body, bearer("br0002")).status == 404
    assert front.post("/rate-session", body, {"Authorization": "Bearer x"}).status == 401
    assert front.post("/rate-session", body, bearer()).ok() == front.post("/rate-session", body, bearer()).ok()
    assert front.post("/rate-session", {**body, "ticket_id": others}, bearer()).status == 404


def test_his_own_ticket_he_may_read(front, booked):
    own, others = booked
    assert front.get("/get-ticket-info", bearer(), ticket_id=own).ok()["ticket"]["id"] == own
    for query in ({"ticket_id": others}, {"client_id": "br0002", "link_id": others}):
        refused = front.get("/get-ticket-info", bearer(), **query)
        assert (refused.status, refused.body["error"]) == (404, "ticket_not_found")
    assert front.get("/get-ticket-info", {"Authorization": "Bearer x"}, ticket_id=own).status == 401


def test_a_slot_is_still_the_back_office_s_to_cancel(front, booked):
    assert front.post("/cancel-session", {"slot_id": "s-1"}, bearer()).status == 401


def test_a_token_opens_no_service_door(front, booked):
    for path in ("/messages?client_id=br0001", "/inbox", "/get-telegram-id?client=br0001"):
        assert front.get(path, bearer()).status == 401


def test_the_ticket_alone_and_the_back_office_s_key_still_do(front, booked):
    own, others = booked
    assert front.post(*changes(own)[0]).ok()
    assert front.post("/cancel-session", {"ticket_id": others}, SERVICE).ok()

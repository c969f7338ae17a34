"""A client's sessions, for himself and for the back office."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import urlencode

import pytest

from tests.builders import SERVICE, moscow, slot, specialist, tomorrow
from tests.integration.booking import desk


def signed(token, user_id, *, at=None, **more):
    """The Authorization header of a Mini App that this account opened."""
    moment = int((at or datetime.now(UTC)).timestamp())
    fields = {"auth_date": str(moment), "user": json.dumps({"id": int(user_id), "first_name": "Анна", **more}), "query_id": "q"}
    lines = "\n".join(f"{key}={value}" for key, value in sorted(fields.items()))
    secret = hmac.digest(b"WebAppData", token.encode(), sha256)
    return {"Authorization": "tma " + urlencode({**fields, "hash": hmac.new(secret, lines.encode(), sha256).hexdigest()})}


def history(front, headers, **query):
    return front.get("/client-sessions-history", headers, **query)


def tickets(answer):
    return [row["ticket_id"] for row in answer.ok()["sessions"]]


@pytest.fixture
def people(front):
    """Three sessions of Anna's, soonest first, and one of Boris's: {user id: tickets}."""
    person = specialist(front)
    anna = [desk.booked(front, slot(front, person, tomorrow(10, days=day)), request_text=f"{day}") for day in (1, 2, 3)]
    return {desk.ANNA: anna, desk.BORIS: [desk.booked(front, slot(front, person, tomorrow(12)), desk.BORIS)]}


@pytest.mark.parametrize("headers", [None, {"X-Api-Key": "guess"}, {"Authorization": "tma hash=00"}, {"Authorization": "Bearer x"}])
def test_strangers_see_nothing(front, sent, people, headers):
    answer = history(front, headers, client_telegram=desk.ANNA)
    assert answer.status == 401 and answer.body["error"] in ("unauthorized", "bad_init_data")


def test_without_a_bot_no_signature_opens_the_door(front, people):
    assert history(front, signed("", desk.ANNA)).status == 401


def test_the_back_office_reads_newest_first(front, people):
    answer = history(front, SERVICE, client_telegram=desk.ANNA)
    assert tickets(answer) == people[desk.ANNA][::-1]
    assert answer.body["sessions"][0] == {
        "ticket_id": people[desk.ANNA][2],
        "psychologist_name": "Мария Орлова",
        "slot_time": moscow(tomorrow(10, days=3)),
        "status": "pending",
        "rating": None,
        "feedback": None,
        "start_at": tomorrow(10, days=3).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def test_a_client_is_named(front, people):
    assert history(front, SERVICE).status == 422
    answer = history(front, SERVICE, client_telegram="7099999999")
    assert (answer.status, answer.body["error"]) == (404, "client_not_found")


def test_somebody_without_sessions_has_an_empty_history(front):
    front.post("/client-registration", {"user_id": desk.ANNA}, SERVICE).ok()
    assert history(front, SERVICE, client_telegram=desk.ANNA).ok() == {"success": True, "sessions": [], "next_cursor": None}


def test_a_username_names_a_client(front):
    ticket = front.post("/submit-application", {"name": "Вера", "contact": {"type": "telegram", "value": "@Vera_Sun"}}).ok()["ticket_id"]
    assert ticket and tickets(history(front, SERVICE, client_telegram="https://t.me/vera_sun")) == []


def test_a_client_reads_his_own(front, sent, people):
    for user_id, own in people.items():
        assert tickets(history(front, signed(sent.token, user_id))) == own[::-1]


def test_whoever_a_client_asks_for_he_reads_his_own(front, sent, people):
    assert tickets(history(front, signed(sent.token, desk.BORIS), client_telegram=desk.ANNA)) == people[desk.BORIS]


def test_a_name_that_is_not_his_opens_nothing(front, sent, people):
    headers = signed(sent.token, "7000000001", username="anna_l")
    assert history(front, headers, client_telegram=desk.ANNA).status == 404


def test_a_signature_of_another_bot_or_day_is_none(front, sent, people):
    assert history(front, signed("7654321:another-token", desk.ANNA)).body["detail"] == "forged"
    assert history(front, signed(sent.token, desk.ANNA, at=datetime.now(UTC) - timedelta(days=2))).body["detail"] == "expired"


def test_a_changed_signature_is_none(front, sent, people):
    header = signed(sent.token, desk.BORIS)["Authorization"]
    answer = history(front, {"Authorization": header.replace(desk.BORIS, desk.ANNA)})
    assert (answer.status, answer.body["detail"]) == (401, "forged")


def test_every_outcome_is_shown(front, tick, people):
    first, second, third = people[desk.ANNA]
    desk.confirm(front, first, moscow(tomorrow(10))).ok()
    tick("feedback_reminder", tomorrow(10) + timedelta(hours=3))
    desk.rate(front, first, 5, feedback="Спасибо").ok()
    desk.cancel(front, second).ok()
    rows = history(front, SERVICE, client_telegram=desk.ANNA).ok()["sessions"]
    assert [(row["ticket_id"], row["status"], row["rating"], row["feedback"]) for row in rows] == [
        (third, "pending", None, None),
        (second, "cancelled", None, None),
        (first, "completed", 5, "Спасибо"),
    ]


def test_a_cursor_walks_to_the_end(front, people):
    first = history(front, SERVICE, client_telegram=desk.ANNA, limit=2)
    rest = history(front, SERVICE, client_telegram=desk.ANNA, limit=2, cursor=first.body["next_cursor"])
    assert tickets(first) + tickets(rest) == people[desk.ANNA][::-1]
    assert rest.body["next_cursor"] is None
    assert history(front, SERVICE, client_telegram=desk.ANNA, cursor="abc").status == 422


def test_a_cursor_of_another_client_shows_nothing_of_his(front, sent, people):
    cursor = history(front, SERVICE, client_telegram=desk.ANNA, limit=1).body["next_cursor"]
    answer = history(front, signed(sent.token, desk.BORIS), cursor=cursor)
    assert answer.status == 422 or set(tickets(answer)) <= set(people[desk.BORIS])

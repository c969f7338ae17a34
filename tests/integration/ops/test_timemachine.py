"""Twenty-one days of a test ticket, read before anything is switched on."""

import time

import pytest

from tests.builders import SERVICE, application, moscow, slot, specialist, tomorrow

PATH = "/test-contur/advance"


def apply(front, *slots, **said):
    return front.post("/submit-application-test-contur", application(*slots, **said)).ok()


def follow(front, applied):
    return front.post("/process-link", {"user_id": 7012345678, "ticket_id": applied["ticket_id"]}, SERVICE).ok()


def play(front, applied, by="P21D"):
    return front.post(PATH, {"ticket_id": applied["ticket_id"], "by": by}, SERVICE).ok()["timeline"]


def told(timeline, who):
    return [row["template"] for row in timeline if row["kind"] == "message" and row["recipient"] == who]


def test_a_link_that_nobody_follows(front):
    assert "admin_link_not_followed" in told(play(front, apply(front)), "admin")


def test_the_helping_hand_story_on_its_days(front, sent):
    applied = apply(front, ticket_id="hh_7654321")
    follow(front, applied)
    timeline = play(front, applied, "P22D")
    assert told(timeline, "client")[-3:] == ["client_help_still_needed", "client_help_still_needed", "client_help_not_found"]
    assert all(row["text"] and row["state"] == "recorded" for row in timeline if row["kind"] == "message")
    assert [row["after"] for row in timeline if row["kind"] == "state" and row["of"] == "ticket"] == ["not_found"]
    assert sent.sent == [], "the test contour reaches nobody"


def test_a_session_nobody_confirms_is_asked_about_and_cancelled(front):
    person = specialist(front, contour="test")
    start = tomorrow(12, days=4)
    slot(front, person, start)
    applied = apply(front, moscow(start))
    follow(front, applied)
    timeline = play(front, applied, "P7D")
    assert told(timeline, "client")[-3:] == ["client_confirm_session", "client_confirm_session", "client_session_cancelled"]
    assert [(row["before"], row["after"]) for row in timeline if row.get("of") == "session"] == [("pending", "cancelled")]


def test_a_confirmed_session_is_reminded_of_completed_and_asked_about(front):
    person = specialist(front, contour="test")
    start = tomorrow(12, days=4)
    slot(front, person, start)
    applied = apply(front, moscow(start))
    follow(front, applied)
    front.post("/confirm-session-by-client", {"ticket_id": applied["ticket_id"], "slot_time": moscow(start)}).ok()
    timeline = play(front, applied)
    assert told(timeline, "client")[-2:] == ["client_session_reminder", "client_feedback"]
    assert told(timeline, "specialist")[-2:] == ["specialist_session_reminder", "specialist_feedback"]


def test_a_second_call_goes_on_where_the_first_ended(front):
    applied = apply(front, ticket_id="hh_1")
    follow(front, applied)
    first, second = play(front, applied, "P10D"), play(front, applied, "P12D")
    assert [told(part, "client").count("client_help_still_needed") for part in (first, second)] == [1, 1]


def test_twenty_one_days_take_less_than_two_seconds(front):
    applied = apply(front, ticket_id="hh_1")
    follow(front, applied)
    began = time.perf_counter()
    play(front, applied)
    assert time.perf_counter() - began < 2


def test_only_test_tickets_and_only_for_the_back_office(front):
    applied = front.post("/submit-application", application()).ok()
    body = {"ticket_id": applied["ticket_id"], "by": "P1D"}
    assert front.post(PATH, body).status == 401
    assert front.post(PATH, body, SERVICE).body["error"] == "not_a_test_ticket"
    assert front.post(PATH, {**body, "ticket_id": "nobody"}, SERVICE).status == 404


@pytest.mark.parametrize("by", ["P91D", "-P1D", "PT0S", "soon", 1e99, None])
def test_a_senseless_span_is_named(front, by):
    answer = front.post(PATH, {"ticket_id": "any", "by": by}, SERVICE)
    assert answer.status == 422
    assert answer.body["detail"][0]["loc"][:2] == ["body", "by"]


def test_nobody_elses_time_moves(front):
    person = specialist(front, contour="test")
    start = tomorrow(12, days=9)
    slot(front, person, start)
    other = apply(front, moscow(start), name="Другая", contact={"type": "phone", "value": "+7 904 550-15-68"})
    play(front, apply(front), "P3D")
    assert front.get("/get-ticket-info", ticket_id=other["ticket_id"]).ok()["ticket"]["held_slots"]

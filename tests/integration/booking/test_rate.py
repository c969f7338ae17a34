"""A session that took place is rated by its client."""

from datetime import timedelta

import pytest

from tests.builders import moscow, slot, specialist, tomorrow
from tests.integration.booking import desk


@pytest.fixture
def ticket(front, tick):
    """A ticket whose session is over and was confirmed."""
    when = tomorrow(12)
    ticket = desk.booked(front, slot(front, specialist(front), when))
    desk.confirm(front, ticket, moscow(when)).ok()
    tick("feedback_reminder", when + timedelta(hours=2))
    return ticket


def refused(answer):
    return answer.status, answer.body["error"]


def marks(ticket):
    return [(mark["rating"], mark["feedback"]) for mark in desk.session(ticket).rating_history or []]


def test_a_wrong_key_rates_nothing(front, ticket):
    assert front.post("/rate-session", {"ticket_id": ticket, "rating": 1}, {"X-Api-Key": "guess"}).status == 401
    assert marks(ticket) == []


@pytest.mark.parametrize("rating", [0, 6, -3, 3.5, "пять", "", None, [5], 1e300, True])
def test_a_mark_is_one_to_five(front, ticket, rating):
    answer = desk.rate(front, ticket, rating)
    assert refused(answer) == (422, "invalid") and answer.body["detail"][0]["loc"] == ["body", "rating"]
    assert marks(ticket) == []


def test_a_mark_is_needed(front, ticket):
    assert front.post("/rate-session", {"ticket_id": ticket}).status == 422


def test_nobodys_ticket(front):
    assert refused(desk.rate(front, "01KQ7M2W9B4X6Z8D0F2H4J6N8R", 5)) == (404, "session_not_found")


@pytest.mark.parametrize("rating", [1, 5, "4", 3.0])
def test_a_mark_is_kept_and_the_admin_told(front, ticket, rating):
    assert desk.rate(front, ticket, rating, feedback="Спасибо").ok() == {"success": True, "message": "Спасибо за оценку!"}
    assert marks(ticket) == [(int(rating), "Спасибо")]
    assert desk.said(ticket, cause="session_rated") == ["admin_session_rated"]


def test_a_form_may_rate(front, ticket):
    front.form("/rate-session", {"ticket_id": ticket, "rating": "4", "feedback": ""}).ok()
    assert marks(ticket) == [(4, None)]


def test_the_same_mark_again_is_silent(front, ticket):
    assert len({desk.rate(front, ticket, 4, feedback="Хорошо").text for _ in range(20)}) == 1
    assert marks(ticket) == [(4, "Хорошо")]
    assert desk.said(ticket, cause="session_rated") == ["admin_session_rated"]


def test_another_mark_replaces_and_the_history_keeps_both(front, ticket):
    desk.rate(front, ticket, 2, feedback="Не очень").ok()
    desk.rate(front, ticket, 5).ok()
    assert marks(ticket) == [(2, "Не очень"), (5, None)]
    assert (desk.session(ticket).rating, desk.session(ticket).feedback) == (5, None)
    assert len(desk.said(ticket, cause="session_rated")) == 2


@pytest.mark.parametrize("status", ["pending", "confirmed", "cancelled", "missed"])
def test_only_what_took_place_is_rated(front, tick, status):
    when = tomorrow(15)
    ticket = desk.booked(front, slot(front, specialist(front), when))
    if status == "confirmed":
        desk.confirm(front, ticket, moscow(when)).ok()
    if status == "cancelled":
        desk.cancel(front, ticket).ok()
    if status == "missed":
        desk.missed(ticket, when + timedelta(hours=2))
    answer = desk.rate(front, ticket, 5)
    assert refused(answer) == (409, "session_not_completed") and answer.body["detail"] == {"status": status}

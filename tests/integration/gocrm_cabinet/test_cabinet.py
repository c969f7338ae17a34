"""What a parent reads and does: his own alone, once each, whatever Go-CRM does."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chalicelib.core import clock
from tests.integration.gocrm_cabinet.conftest import OLEG, day, signed_in
from tests.standins.store import OneAtATime

READS = ["/gocrm/profile", "/gocrm/children", "/gocrm/subscriptions", "/gocrm/lessons", "/gocrm/windows", "/gocrm/payments", "/gocrm/debts"]


def child(parent, place=0):
    return str(parent.children[place]["id"])


def book(front, header, child_id, window_id):
    return front.post("/gocrm/lessons", {"child_id": child_id, "window_id": window_id}, header)


def windows(front, header, **query):
    return front.get("/gocrm/windows", header, **query).ok()["windows"]


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("trouble", ["500", "503", "html", "429", "403", "422"])
def test_whatever_go_crm_does_the_answer_is_clear(front, club, masha, path, trouble):
    if trouble == "html":
        club.page_next(b"<html>maintenance</html>")
    else:
        club.fail_next(int(trouble), {"message": "x", "errors": {"login": "bad"}}, headers={"Retry-After": "7"})
    answer = front.get(path, masha)
    expected = {"429": 429, "403": 502, "422": 422}.get(trouble, 503)
    assert answer.status == expected
    assert answer.body["success"] is False
    if expected in (429, 503):
        assert answer.headers["Retry-After"]


@pytest.mark.parametrize("path", READS)
def test_a_session_that_ends_there_ends_here(front, club, masha, path):
    club.expire_tokens()
    assert front.get(path, masha).body["error"] == "session_over"
    asked = len(club.asked)
    assert front.get(path, masha).body["error"] == "session_over"
    assert len(club.asked) == asked, "we know by now"


def test_the_profile_is_read_and_changed(front, club, masha):
    assert front.get("/gocrm/profile", masha).ok()["profile"]["full_name"] == "Орлова Мария"
    changed = front.put("/gocrm/profile", {"full_name": "Орлова М. П.", "email": "m@example.com"}, masha).ok()["profile"]
    assert (changed["full_name"], changed["email"]) == ("Орлова М. П.", "m@example.com")
    assert club.masha.profile["mail"] == "m@example.com"
    refused = front.put("/gocrm/profile", {"email": "no-address"}, masha)
    assert (refused.status, refused.body["detail"][0]["loc"]) == (422, ["body", "email"])
    assert front.put("/gocrm/profile", {}, masha).ok()["profile"]["full_name"] == "Орлова М. П."


def test_children_and_subscriptions_add_up(front, club, masha):
    asya, lev = child(club.masha), child(club.masha, 1)
    club.add_subscription(club.masha, int(asya), total=8, balance=3)
    club.add_subscription(club.masha, int(asya), total=4, balance=4)
    club.add_subscription(club.masha, int(lev), total=12, balance=13)
    club.add_subscription(club.oleg, int(child(club.oleg)), total=99, balance=1)
    assert [one["id"] for one in front.get("/gocrm/children", masha).ok()["children"]] == [asya, lev]
    answer = front.get("/gocrm/subscriptions", masha).ok()
    assert [(one["numberExercise"], one["balance"], one["used"]) for one in answer["subscriptions"]] == [(8, 3, 5), (4, 4, 0), (12, 13, 0)]
    assert {one["child_id"]: one["used"] for one in answer["by_child"]} == {asya: 5, lev: 0}
    assert answer["total"] == {"numberExercise": 24, "balance": 20, "used": 5}
    assert answer["subscriptions"][0]["price_kopecks"] == 300_000


def test_lessons_are_past_or_to_come(front, club, masha):
    club.add_lesson(club.masha, int(child(club.masha)), day(-3), visited="+")
    club.add_lesson(club.masha, int(child(club.masha)), day(3))
    past, coming = (front.get("/gocrm/lessons", masha, when=when).ok()["lessons"] for when in ("past", "upcoming"))
    assert (len(past), len(coming)) == (1, 1)
    assert past[0]["starts_at"] < coming[0]["starts_at"]
    assert front.get("/gocrm/lessons", masha, when="tomorrow").status == 422


def test_a_child_is_booked_once_however_often_it_is_asked(front, club, masha):
    club.add_window(day(2))
    (window,) = windows(front, masha, child_id=child(club.masha))
    first = book(front, masha, child(club.masha), window["id"]).ok()
    assert book(front, masha, child(club.masha), window["id"]).ok() == first
    assert [len(sitting) for sitting in club.booked.values()] == [1]
    assert len(club.calls("POST", "/client-hours")) == 1


def test_a_taken_window_names_the_next_ones(front, club, masha, tick):
    number = club.add_window(day(2))
    for days in range(3, 9):
        club.add_window(day(days))
    taken = windows(front, masha)[0]
    club.booked[number].append(999)
    for answer in (book(front, masha, child(club.masha), taken["id"]), book(front, masha, child(club.masha), "777:1:0")):
        assert (answer.status, answer.body["error"]) == (409, "window_taken")
        assert len(answer.body["detail"]["windows"]) == 5
        assert taken["id"] not in [one["id"] for one in answer.body["detail"]["windows"]]


def test_a_window_that_goes_between_the_look_and_the_booking_is_taken(front, club, masha):
    number = club.add_window(day(2))
    (window,) = windows(front, masha)
    club.fail_next(422, {"message": "Error", "errors": {"hourId": "На это занятие нет свободных мест"}}, path="POST /api/client-hours")
    assert book(front, masha, child(club.masha), window["id"]).body["error"] == "window_taken"
    assert book(front, masha, child(club.masha), window["id"]).ok()["message"], "and when it is free again it can be had"
    assert len(club.booked[number]) == 1


def test_an_answer_that_was_lost_books_once(front, club, masha):
    number = club.add_window(day(2))
    (window,) = windows(front, masha)
    club.drop_next(path="POST /api/client-hours")
    assert book(front, masha, child(club.masha), window["id"]).status == 503
    again = book(front, masha, child(club.masha), window["id"]).ok()
    assert again["lesson"]["starts_at"] == window["starts_at"]
    assert len(club.booked[number]) == 1


@pytest.mark.parametrize("path", ["/gocrm/lessons", "/gocrm/windows"])
def test_another_parents_child_is_nobodys(front, club, masha, path):
    club.add_window(day(2))
    (window,) = windows(front, masha)
    stranger = child(club.oleg)
    answer = book(front, masha, stranger, window["id"]) if path.endswith("lessons") else front.get(path, masha, child_id=stranger)
    assert (answer.status, answer.body["error"]) == (404, "child_not_found")
    assert club.calls("POST", "/client-hours") == []


@pytest.mark.parametrize("body", [{}, {"child_id": "1"}, {"window_id": "1:1:0"}, {"child_id": [], "window_id": {}}])
def test_a_booking_that_says_too_little_is_named(front, club, masha, body):
    answer = front.post("/gocrm/lessons", body, masha)
    assert answer.status == 422
    assert {row["loc"][-1] for row in answer.body["detail"]} & {"child_id", "window_id"}


def test_payments_and_debts_are_kopecks(front, club, masha):
    assert front.get("/gocrm/payments", masha).ok()["payments"] == []
    assert front.get("/gocrm/debts", masha).ok() == {"success": True, "debts": [], "total_kopecks": 0}


def test_a_payment_link_has_the_clubs_price_and_is_one_while_it_lives(front, club, masha):
    own = club.add_subscription(club.masha, int(child(club.masha)))
    body = {"subscription_id": own, "amount_kopecks": 1, "price": 1}
    first = front.post("/gocrm/payment-links", body, masha).ok()
    assert first["amount_kopecks"] == 300_000
    assert front.post("/gocrm/payment-links", body, masha).ok() == first
    assert len(club.links) == 1
    club.masha.subscriptions[0]["price"] = 3500.0
    assert front.post("/gocrm/payment-links", body, masha).ok()["amount_kopecks"] == 350_000
    with time_machine.travel(clock.wall() + timedelta(minutes=31)):
        later = front.post("/gocrm/payment-links", body, masha).ok()
    assert later["url"] != first["url"]


def test_many_who_ask_at_once_get_one_link(front, club, masha):
    own = club.add_subscription(club.masha, int(child(club.masha)))
    with OneAtATime(), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: front.post("/gocrm/payment-links", {"subscription_id": own}, masha), range(8)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body["url"] for answer in answers}) == len(club.links) == 1


def test_another_parents_subscription_is_nobodys_and_a_failure_blocks_nobody(front, club, masha, tick):
    foreign = club.add_subscription(club.oleg, int(child(club.oleg)))
    answer = front.post("/gocrm/payment-links", {"subscription_id": foreign}, masha)
    assert (answer.status, answer.body["error"]) == (404, "subscription_not_found")
    oleg = signed_in(front, club, tick, OLEG)
    club.fail_next(503, path="PUT /api/payments")
    assert front.post("/gocrm/payment-links", {"subscription_id": foreign}, oleg).status == 503
    assert front.post("/gocrm/payment-links", {"subscription_id": foreign}, oleg).ok()["url"].startswith("https://")


def test_a_subscription_without_a_price_has_no_link(front, club, masha):
    own = club.add_subscription(club.masha, int(child(club.masha)), price=None)
    assert front.post("/gocrm/payment-links", {"subscription_id": own}, masha).body["error"] == "price_unknown"

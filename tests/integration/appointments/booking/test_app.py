"""A client books for himself: what is offered or planned, three ahead, and nothing over anybody else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.booking.sessions.models import Session
from chalicelib.core import clock
from tests.authorisation.callers import BOT_TOKEN, opened_by
from tests.builders import SERVICE, ledger, slot, tomorrow
from tests.integration.appointments.booking.conftest import ANNA, BORIS, OWN, at_once, told
from tests.integration.booking import days, desk
from tests.standins.store import OneAtATime

HALF = timedelta(minutes=30)


@pytest.fixture
def master(salon):
    card = salon.master()
    salon.plan(card["id"])
    return card


def test_only_a_client_books_and_only_what_is_a_time(salon, master):
    said = {"starts_at": int(tomorrow(10).timestamp())}
    assert salon.front.post(OWN, said).status == 401
    assert salon.front.post(OWN, said, SERVICE).status == 401
    assert salon.front.post(OWN, {**said, "init_data": "hash=00"}).status == 401
    assert salon.open(tomorrow(10), duration_minutes=4).status == 422
    assert salon.open(tomorrow(10, days=-1)).status == 422
    assert told(salon.open(tomorrow(10), employee_id=99))[::2] == (404, {"field": "employee_id"})
    assert told(salon.open(tomorrow(10), service_id=99))[::2] == (404, {"field": "service_id"})
    hidden = salon.service(is_active=False)
    assert salon.open(tomorrow(10), service_id=hidden).status == 404
    away = salon.master("Вера Соколова", is_bookable=False)
    assert salon.open(tomorrow(10), employee_id=away["id"]).status == 404


def test_a_client_is_made_and_his_time_with_him(salon, master):
    answer = salon.open(tomorrow(10), service_id=salon.service(), comment="впервые").ok()
    assert (answer["appointment_id"], answer["id"], answer["status"]) == (1, 1, "scheduled")
    assert (answer["source"], answer["employee_id"], answer["duration_minutes"]) == ("online", master["id"], 45)
    assert answer["client_name"] == "Имя", "as Telegram calls him"
    assert salon.front.get(f"/api/v1/admin/clients/{answer['client_id']}", SERVICE).status == 200
    assert salon.open(tomorrow(10)).ok()["appointment_id"] == 1, "the same again"
    signed = opened_by(BORIS, BOT_TOKEN)["Authorization"].removeprefix("tma ")
    body = {"starts_at": int(tomorrow(13).timestamp()), "initData": signed}
    keyed = {"Idempotency-Key": "k"}
    booked = salon.front.post(OWN, body, keyed).ok()
    with time_machine.travel(clock.wall() + timedelta(seconds=5), tick=False):
        signed = opened_by(BORIS, BOT_TOKEN)["Authorization"].removeprefix("tma ")
        assert salon.front.post(OWN, {**body, "initData": signed}, keyed).ok() == booked, "the app was opened anew meanwhile"
    days.agree()


def test_what_is_neither_offered_nor_planned_is_closed(salon, master):
    for moment in (tomorrow(9) + HALF, tomorrow(18) + HALF, tomorrow(10, days=3)):
        status, code, detail = told(salon.open(moment, employee_id=master["id"]))
        assert (status, code) == (409, "slot_taken") and detail["alternatives"][0]["employee_id"] == master["id"]
    assert salon.open(datetime.fromtimestamp(detail["alternatives"][0]["starts_at"], UTC)).status == 200
    slot(salon.front, master["specialist_id"], tomorrow(10, days=3))
    assert salon.open(tomorrow(10, days=3), duration_minutes=90).status == 409, "longer than what is offered"
    assert salon.open(tomorrow(10, days=3)).ok()["duration_minutes"] == 60
    days.agree()


def test_a_schedule_over_midnight_is_one(salon):
    master = salon.master()
    salon.plan(master["id"], "20:00", "04:00")
    midnight = tomorrow(3, days=2)  # 00:00 UTC
    assert salon.open(midnight - HALF, employee_id=master["id"]).status == 200
    assert salon.open(midnight + HALF, BORIS, employee_id=master["id"]).status == 409


def test_three_ahead_and_no_counter_that_drifts(salon, master):
    booked = [salon.open(tomorrow(hour)).ok() for hour in (10, 12, 14)]
    assert told(salon.open(tomorrow(16)))[1:] == ("booking_limit", {"most": 3})
    salon.cancel(booked[1])
    salon.open(tomorrow(16)).ok()
    assert salon.open(tomorrow(17)).status == 409
    assert salon.open(tomorrow(17), BORIS).status == 200, "another client's are his own"
    with time_machine.travel(tomorrow(11), tick=False):
        assert salon.open(tomorrow(18, days=0)).status == 200, "the first is over"


def test_of_two_at_once_over_the_limit_one_stands(salon, master):
    for hour in (10, 12):
        salon.open(tomorrow(hour)).ok()
    with OneAtATime(), ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(at_once().open, (tomorrow(14), tomorrow(16))))
    assert sorted(answer.status for answer in answers) == [200, 409]
    assert len(list(Session.scan())) == 3


def test_his_other_session_stands_in_the_way(salon, master):
    other = salon.master("Вера Соколова")
    salon.plan(other["id"])
    salon.open(tomorrow(10), employee_id=master["id"]).ok()
    assert told(salon.open(tomorrow(10) + HALF, employee_id=other["id"]))[:2] == (409, "client_busy")


def test_risky_words_are_heard(salon, master):
    salon.open(tomorrow(10), comment="не хочу жить").ok()
    assert ledger("admin", "admin_risky_words") and desk.said(cause="risky_words")


def test_two_who_want_the_same_minute(salon, master):
    with OneAtATime(), ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(lambda account: at_once().open(tomorrow(10), account, employee_id=master["id"]), (ANNA, BORIS)))
    lost = max(answers, key=lambda answer: answer.status)
    assert sorted(answer.status for answer in answers) == [200, 409] and len(lost.body["detail"]["alternatives"]) == 5
    days.agree()


def test_other_times_are_none_at_which_the_client_sits_elsewhere(salon, master):
    other = salon.master("Вера Соколова")
    salon.plan(other["id"])
    salon.open(tomorrow(11), employee_id=other["id"]).ok()
    salon.book(salon.come(), tomorrow(10), employee_id=master["id"]).ok()
    status, _, detail = told(salon.open(tomorrow(10), employee_id=master["id"]))
    begins = [one["starts_at"] for one in detail["alternatives"]]
    assert (status, begins[0]) == (409, int(tomorrow(12).timestamp()))
    assert not {int(tomorrow(hour).timestamp()) for hour in (10, 11)} & {*begins}

"""What one person and one address may take at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from chalicelib.core.settings import settings
from tests.builders import SERVICE, Visitor, application, free_slots, later, ledger, specialist, tomorrow
from tests.standins.store import OneAtATime

DOOR = "/submit-application"
TILDA = "tilda-key-of-tests"


def phone(number):
    return f"+7 904 550-{number // 100:02}-{number % 100:02}"


@pytest.fixture
def hours(front):
    rows = [{"specialist_id": specialist(front), "start_at": (tomorrow(0) + timedelta(hours=number)).isoformat()} for number in range(25)]
    for row in rows:
        row["specialist_id"] = rows[0]["specialist_id"]
    return [row["id"] for row in front.post("/slots", {"slots": rows}, SERVICE).ok()["slots"]]


@pytest.fixture
def limits(monkeypatch):
    def put(**values):
        for name, value in values.items():
            monkeypatch.setenv(name.upper(), str(value))
        settings.cache_clear()

    yield put
    monkeypatch.undo()
    settings.cache_clear()


def held(answer):
    return [row["id"] for row in answer["held_slots"]]


def reasons(answer):
    return [row["reason"] for row in answer["taken_slots"]]


def test_one_form_holds_three_and_names_the_others_with_what_is_free(front, hours):
    answer = Visitor().apply(*hours[:20])
    assert held(answer) == hours[:3]
    assert reasons(answer) == ["limit"] * 17
    assert all(row["alternatives"] for row in answer["taken_slots"])
    assert len(free_slots(front)) == 22
    assert ledger("admin", "admin_application")[0].values["limited"].split(", ") == hours[3:20]


@pytest.mark.parametrize("visitor", [Visitor(), Visitor("198.51.100.9"), Visitor(key=TILDA)])
def test_a_contact_holds_no_more_by_another_form_wherever_it_comes_from(front, hours, visitor):
    Visitor().apply(*hours[:2])
    answer = visitor.apply(*hours[2:5], request_text="ещё", contact="8 (904) 550-15-67")
    assert (held(answer), reasons(answer)) == (hours[2:3], ["limit"] * 2)


@pytest.mark.parametrize("more", [{"email": "a{0}@example.org"}, {"name": "Анна {0}"}, {"ticket_id": "{0}"}, {"tranid": "7:{0}"}])
def test_nothing_else_that_differs_makes_another_person(front, hours, more):
    said = [{name: text.format(number) for name, text in more.items()} for number in range(5)]
    answers = [Visitor(f"198.51.100.{number}").apply(*hours[number * 3 : number * 3 + 3], **said[number]) for number in range(1, 5)]
    assert sum(len(held(answer)) for answer in answers) == 3


def test_nobody_in_particular_is_his_browser(hours):
    answers = [Visitor().apply(*hours[:3], contact=None, name=name) for name in ("Анна", "Олег")]
    answers.append(Visitor("198.51.100.9").apply(*hours[3:6], contact=None, name="Анна"))
    assert [len(held(answer)) for answer in answers] == [3, 0, 3]


def test_an_address_has_a_limit_too_that_an_office_does_not_reach(hours, limits):
    limits(holds_an_address=7)
    answers = [Visitor(agent=f"browser {number}").apply(*hours[number * 2 : number * 2 + 2], contact=phone(number)) for number in range(5)]
    assert [len(held(answer)) for answer in answers] == [2, 2, 2, 1, 0]
    assert len(held(Visitor("198.51.100.9").apply(*hours[20:22], contact=phone(70)))) == 2
    assert len(held(Visitor(key=TILDA).apply(*hours[22:24], contact=phone(71)))) == 2


def test_a_hold_that_is_over_counts_no_more(hours):
    Visitor().apply(*hours[:3])
    with time_machine.travel(later(minutes=31)):
        assert held(Visitor().apply(*hours[3:6], request_text="ещё")) == hours[3:6]


def test_a_hold_that_became_a_session_counts_no_more(front, hours):
    first = Visitor().apply(*hours[:3])
    front.post("/process-link", {"user_id": "7012345678", "ticket_id": first["ticket_id"]}, SERVICE).ok()
    assert held(Visitor().apply(*hours[3:6], request_text="ещё")) == hours[3:6]


def test_own_holds_that_pass_to_the_new_form_are_counted_once(hours):
    Visitor().apply(*hours[:3], ticket_id="1")
    answer = Visitor().apply(*hours[1:5], ticket_id="1")
    assert (held(answer), reasons(answer)) == (hours[1:4], ["limit"])
    assert held(Visitor().apply(*hours[1:4], ticket_id="2")) == hours[1:4]
    assert held(Visitor().apply(hours[9], ticket_id="3")) == []


def test_ten_forms_of_one_person_at_once_hold_three(front, hours):
    bodies = [application(*hours[number * 2 : number * 2 + 2], request_text=f"раз {number}") for number in range(10)]
    with OneAtATime(), ThreadPoolExecutor(10) as crowd:
        answers = list(crowd.map(lambda body: Visitor().post(DOOR, body), bodies))
    assert {answer.status for answer in answers} <= {200, 429}
    assert sum(len(held(answer.body)) for answer in answers if answer.status == 200) == 3
    assert len(free_slots(front)) == 22


def test_an_office_behind_one_address_is_served_at_once(hours):
    bodies = [application(hours[number], contact=phone(number)) for number in range(12)]
    with OneAtATime(), ThreadPoolExecutor(12) as crowd:
        answers = list(crowd.map(lambda body: Visitor().post(DOOR, body).ok(), bodies))
    assert [len(held(answer)) for answer in answers] == [1] * 12


# --- bursts ----------------------------------------------------------------------------------------------------------


def burst(visitor, count, door=DOOR, **said):
    bodies = [{**application(contact=phone(number)), "client_name": "А", "client_phone": phone(number), **said} for number in range(count)]
    return [visitor.post(door, body).status for body in bodies]


@pytest.mark.parametrize("door", [DOOR, "/webhook/diagnostic-session-request"])
def test_a_burst_is_slowed_and_told_when_to_come_again(front, limits, door):
    limits(forms_a_minute=2)
    with time_machine.travel("2026-12-01T09:00:10Z", tick=False) as clock:
        assert burst(Visitor(), 6, door) == [200] * 4 + [429] * 2
        refused = Visitor().post(door, {**application(contact=phone(5)), "client_name": "А", "client_phone": phone(5)})
        assert (refused.body["error"], refused.headers["Retry-After"]) == ("too_many_forms", "110")
        assert burst(Visitor("198.51.100.9"), 2, door) == [200] * 2
        clock.shift(110)
        assert burst(Visitor(), 1, door, request_text="ещё") == [200]


def test_what_was_slowed_is_kept_and_may_be_sent_again(front, limits):
    limits(forms_a_minute=1)
    body = application(contact=phone(3))
    with time_machine.travel("2026-12-01T09:00:10Z", tick=False) as clock:
        burst(Visitor(), 2)
        assert Visitor().post(DOOR, body).status == 429
        assert [row["error"]["error"] for row in front.get("/inbox", SERVICE, state="refused").ok()["inbox"]] == ["too_many_forms"]
        clock.shift(120)
        Visitor().post(DOOR, body).ok()
        assert front.get("/inbox", SERVICE, state="refused").ok()["inbox"] == []


def test_a_sender_with_a_right_key_is_not_slowed(limits):
    limits(forms_a_minute=1)
    assert burst(Visitor(key=TILDA), 5) == [200] * 5


def test_a_header_that_claims_another_address_changes_nothing(front, limits):
    limits(forms_a_minute=1)
    with time_machine.travel("2026-12-01T09:00:10Z", tick=False):
        forms = [(application(contact=phone(number)), {"X-Forwarded-For": f"198.51.100.{number}"}) for number in range(3)]
        answers = [Visitor().post(DOOR, *form).status for form in forms]
    assert answers == [200, 200, 429]


def test_forms_that_come_at_once_do_not_pass_the_limit(front, limits):
    limits(forms_a_minute=4)
    with OneAtATime(), time_machine.travel("2026-12-01T09:00:10Z", tick=False), ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda number: Visitor().post(DOOR, application(contact=phone(number))).status, range(16)))
    assert answers.count(200) == 8
    assert set(answers) == {200, 429}

"""The back office keeps its specialists."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import SERVICE, application, moscow, slot, specialist, tomorrow
from tests.integration.booking import desk

WRONG = {"X-Api-Key": "somebody-elses-key"}
MARIA = {"name": "Мария Орлова"}


@pytest.mark.parametrize("headers", [None, WRONG])
def test_strangers_learn_nothing_and_change_nothing(front, headers):
    person = specialist(front)
    refused = [
        front.get("/specialists", headers),
        front.get(f"/specialists/{person}", headers),
        front.get("/specialists/nobody", headers),
        front.post("/specialists", MARIA, headers),
        front.put(f"/specialists/{person}", {"name": "Чужая Рука"}, headers),
        front.delete(f"/specialists/{person}", headers),
    ]
    assert {(answer.status, answer.body["error"]) for answer in refused} == {(401, "unauthorized")}
    assert [row["name"] for row in front.get("/specialists", SERVICE).ok()["specialists"]] == ["Мария Орлова"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "name"),
        ({"name": " "}, "name"),
        ({**MARIA, "age": "сорок"}, "age"),
        ({**MARIA, "gender": "другой"}, "gender"),
        ({**MARIA, "price_min": -5}, "price_min"),
        ({**MARIA, "telegram_id": "@maria"}, "telegram_id"),
        ({**MARIA, "id": ""}, "id"),
        ({**MARIA, "contour": "prod"}, "contour"),
    ],
)
def test_what_is_wrong_is_named(front, said, field):
    answer = front.post("/specialists", said, SERVICE)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", field])


def test_a_range_of_prices_starts_below_its_end(front):
    assert front.post("/specialists", {**MARIA, "price_min": 2, "price_max": 1}, SERVICE).status == 422


def test_what_was_said_is_read_back(front):
    said = json.loads(Path("events/booking/create_specialist.json").read_text(encoding="utf-8"))
    made = front.post("/specialists", said, SERVICE).ok()["specialist"]
    assert made == {**made, **said, "contour": "live", "active": True, "number_of_clients_provided": 0, "coefficient": 6}
    assert front.get("/specialists/63", SERVICE).ok()["specialist"] == made
    assert front.get("/specialists", SERVICE).ok()["specialists"] == [made]


def test_an_id_is_kept_as_it_was_given(front):
    assert specialist(front, id=4071) == "4071"
    assert specialist(front, id="psy/№ 7") == "psy/№ 7"
    answer = front.post("/specialists", {**MARIA, "id": "4071"}, SERVICE)
    assert (answer.status, answer.body["error"]) == (409, "specialist_exists")


def test_without_an_id_one_is_made(front):
    assert specialist(front) != specialist(front)


def test_nobody_is_found_by_a_strange_id(front):
    path = "/specialists/x"
    for answer in (front.get(path, SERVICE), front.put(path, MARIA, SERVICE), front.delete(path, SERVICE)):
        assert (answer.status, answer.body["error"]) == (404, "specialist_not_found")


def test_a_list_may_be_of_those_who_work(front):
    works, rests = specialist(front, name="Анна Ким"), specialist(front, name="Яна Ли", active=False)

    def listed(**query):
        return [row["id"] for row in front.get("/specialists", SERVICE, **query).ok()["specialists"]]

    assert (listed(), listed(active="true"), listed(active="false")) == ([works, rests], [works], [rests])


def test_the_test_contour_has_its_own_people(front):
    test = specialist(front, contour="test")
    slot(front, test, tomorrow())
    assert front.get("/specialists", SERVICE).ok()["specialists"] == []
    assert [row["id"] for row in front.get("/specialists", SERVICE, contour="test").ok()["specialists"]] == [test]
    assert desk.free(front) == []
    assert len(front.get("/get-available-slots-test-contur", psychologist="Орлова Мария").ok()["slots"]) == 1
    assert front.get("/get-available-slots", psychologist="Орлова Мария").status == 404


@pytest.mark.parametrize("name", ["Пётр Ёлкин", "Ёлкин Пётр", "елкин  ПЕТР", " Петр Елкин "])
def test_a_name_is_found_however_it_is_written(front, name):
    specialist(front, name="Анна Ким")
    petr = slot(front, specialist(front, name="Пётр Ёлкин"), tomorrow())
    assert desk.free(front, psychologist=name) == [petr]


def test_two_people_with_one_name_are_told_apart_by_id(front):
    both = [specialist(front, name="Анна Ким", id="b"), specialist(front, name="ким анна", id="a")]
    moment = slot(front, both[1], tomorrow())
    answer = front.get("/get-available-slots", psychologist="Анна Ким")
    assert (answer.status, answer.body["error"], answer.body["detail"]) == (409, "name_ambiguous", {"specialist_ids": ["a", "b"]})
    assert desk.free(front, psychologist="a") == [moment]


def test_a_new_name_finds_and_the_old_one_does_not(front):
    person = specialist(front)
    slot(front, person, tomorrow())
    front.put(f"/specialists/{person}", {"name": "Мария Лунина"}, SERVICE).ok()
    assert len(desk.free(front, psychologist="Лунина Мария")) == 1
    assert front.get("/get-available-slots", psychologist="Мария Орлова").status == 404


def test_an_update_replaces_what_is_said_and_keeps_what_is_counted(front, tick):
    person = specialist(front, debt=5)
    when = tomorrow()
    ticket = desk.booked(front, slot(front, person, when))
    tick("sweep", when - timedelta(hours=1))
    told = front.put(f"/specialists/{person}", {"name": "Мария Орлова", "debt": 7}, SERVICE).ok()["specialist"]
    again = front.put(f"/specialists/{person}", {"name": "Мария Орлова", "debt": 7}, SERVICE).ok()["specialist"]
    assert told == again
    assert (told["debt"], told["specialisations"], told["price_min"]) == (7, [], None)
    assert stored_days(person) == [(when + timedelta(hours=3)).date().isoformat()]
    assert desk.status(front, ticket) == "pending"


def stored_days(specialist_id):
    from chalicelib.booking.specialists.models import Specialist

    return Specialist.get(specialist_id).assigned_days


def test_who_stops_working_is_not_offered_until_he_works_again(front, tick):
    person, other = specialist(front), specialist(front, name="Анна Ким")
    hidden, shown = slot(front, person, tomorrow()), slot(front, other, tomorrow())
    front.put(f"/specialists/{person}", {**MARIA, "active": False}, SERVICE).ok()
    tick("sweep")
    assert desk.free(front) == [shown]
    assert desk.free(front, psychologist=person) == []
    assert desk.free(front, psychologist=other) == [shown]
    slot(front, person, tomorrow(12))
    assert desk.free(front) == [shown], "time added while he rests is not offered either"
    front.put(f"/specialists/{person}", {**MARIA, "active": True}, SERVICE).ok()
    tick("sweep")
    assert hidden in desk.free(front) and len(desk.free(front)) == 3


def test_a_session_stays_when_its_specialist_stops_working(front, tick):
    person = specialist(front)
    ticket = desk.booked(front, slot(front, person, tomorrow()))
    front.put(f"/specialists/{person}", {**MARIA, "active": False}, SERVICE).ok()
    tick("sweep")
    assert desk.status(front, ticket) == "pending"


def test_a_specialist_with_sessions_ahead_stays(front):
    person = specialist(front)
    ticket = desk.booked(front, slot(front, person, tomorrow()))
    spare = slot(front, person, tomorrow(12))
    answer = front.delete(f"/specialists/{person}", SERVICE)
    assert (answer.status, answer.body["error"]) == (409, "specialist_has_sessions")
    assert desk.free(front) == [spare]
    desk.cancel(front, ticket).ok()
    front.delete(f"/specialists/{person}", SERVICE).ok()
    assert front.get(f"/specialists/{person}", SERVICE).status == 404
    assert desk.free(front) == []
    assert front.delete(f"/specialists/{person}", SERVICE).status == 404


def test_a_name_without_its_specialist_finds_nobody(front):
    front.delete(f"/specialists/{specialist(front)}", SERVICE).ok()
    assert front.get("/get-available-slots", psychologist="Мария Орлова").status == 404
    left = slot(front, specialist(front), tomorrow())
    assert desk.free(front, psychologist="Мария Орлова") == [left]


def test_a_resting_specialists_time_stays_hidden_when_it_comes_free(front, tick):
    person = specialist(front)
    start = tomorrow(12)
    slot(front, person, start)
    applied = front.post("/submit-application", application(moscow(start))).ok()
    front.post("/process-link", {"user_id": 7012345678, "ticket_id": applied["ticket_id"]}, SERVICE).ok()
    front.put(f"/specialists/{person}", {"name": "Мария Орлова", "active": False}, SERVICE).ok()
    tick("sweep")
    front.post("/cancel-session", {"ticket_id": applied["ticket_id"]}).ok()
    assert front.get("/get-available-slots").ok()["slots"] == []
    front.put(f"/specialists/{person}", {"name": "Мария Соколова", "active": True}, SERVICE).ok()
    tick("sweep")
    assert [row["psychologist"] for row in front.get("/get-available-slots").ok()["slots"]] == ["Мария Соколова"]


def test_a_removed_specialists_held_time_is_offered_by_nobody(front, tick):
    person = specialist(front)
    start = tomorrow(12)
    slot(front, person, start)
    front.post("/submit-application", application(moscow(start))).ok()
    front.delete(f"/specialists/{person}", SERVICE).ok()
    tick("sweep", start)
    assert front.get("/get-available-slots").ok()["slots"] == []


def test_an_update_that_names_no_counts_keeps_them(front):
    person = specialist(front, debt=9, number_of_clients_provided=4)
    kept = front.put(f"/specialists/{person}", {"name": "Мария Орлова"}, SERVICE).ok()["specialist"]
    assert (kept["debt"], kept["number_of_clients_provided"]) == (9, 4)
    changed = front.put(f"/specialists/{person}", {"name": "Мария Орлова", "debt": 0}, SERVICE).ok()["specialist"]
    assert (changed["debt"], changed["number_of_clients_provided"]) == (0, 4)

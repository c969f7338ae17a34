"""The back office adds time and takes it away."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import time_machine

from tests.builders import SERVICE, SUPABASE, change, slot, specialist, tomorrow
from tests.integration.booking import desk
from tests.standins.store import OneAtATime

MINUTES = timedelta(minutes=1)


def many(front, *slots, headers=SERVICE):
    return front.post("/slots", {"slots": list(slots)}, headers)


def said(person, start, **more):
    return {"specialist_id": person, "start_at": start.isoformat(), **more}


@pytest.mark.parametrize("headers", [None, {"X-Api-Key": "tilda-key-of-tests"}])
def test_strangers_add_and_remove_nothing(front, headers):
    person = specialist(front)
    made = slot(front, person, tomorrow())
    assert many(front, said(person, tomorrow(12)), headers=headers).status == 401
    assert front.delete(f"/slots/{made}", headers).status == 401
    assert desk.free(front) == [made]


@pytest.mark.parametrize(
    ("body", "loc"),
    [
        ({}, ["body", "slots"]),
        ({"slots": []}, ["body", "slots"]),
        ({"slots": [{"start_at": "2031-01-01T10:00:00Z"}]}, ["body", "slots", 0, "specialist_id"]),
        ({"slots": [{"specialist_id": "x", "start_at": "2031-01-01T10:00:00Z", "minutes": 4}]}, ["body", "slots", 0, "minutes"]),
    ],
)
def test_what_is_wrong_is_named(front, body, loc):
    answer = front.post("/slots", body, SERVICE)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, loc)


@pytest.mark.parametrize("start", ["завтра", "2031-02-30T10:00:00", "0001-01-01T00:00:00", "9999-12-31T23:30:00", ""])
def test_a_start_that_is_no_usable_moment(front, start):
    answer = many(front, {"specialist_id": specialist(front), "start_at": start})
    assert answer.status in (410, 422), answer.text


def test_more_than_a_hundred_at_once_are_too_many(front):
    row = {"specialist_id": "x", "start_at": "2031-01-01T10:00:00Z"}
    assert many(front, *[row] * 101).status == 422


def test_a_slot_is_shown_as_it_was_made(front):
    person = specialist(front)
    (made,) = many(front, {"id": 4819, "specialist_id": person, "start_at": "2031-03-14T10:00:00+03:00", "minutes": 50}).ok()["slots"]
    assert made == {
        "id": "4819",
        "psychologist_id": person,
        "psychologist": "Мария Орлова",
        "start_at": "2031-03-14T07:00:00Z",
        "date": "14.03",
        "time": "10:00",
        "minutes": 50,
        "contour": "live",
        "state": "free",
    }


def test_a_time_without_a_zone_is_the_business_zones_and_an_hour_long(front):
    (made,) = many(front, {"specialist_id": specialist(front), "start_at": "2031-03-14T10:00:00"}).ok()["slots"]
    assert (made["start_at"], made["minutes"]) == ("2031-03-14T07:00:00Z", 60)


def test_many_are_added_at_once(front):
    one, other = specialist(front), specialist(front, name="Анна Ким")
    made = many(front, said(one, tomorrow(10)), said(one, tomorrow(11)), said(other, tomorrow(10))).ok()["slots"]
    assert sorted(desk.free(front)) == sorted(row["id"] for row in made)
    assert len({row["id"] for row in made}) == 3


@pytest.mark.parametrize(
    "spoil",
    [
        lambda person: said(person, tomorrow(10) + 30 * MINUTES),
        lambda person: said("nobody", tomorrow(15)),
        lambda person: said(person, tomorrow(10, days=-1)),
    ],
    ids=["overlaps", "nobody", "past"],
)
def test_one_that_cannot_be_keeps_all_out(front, spoil):
    person = specialist(front)
    answer = many(front, said(person, tomorrow(10)), said(person, tomorrow(12)), spoil(person))
    assert answer.status in (404, 409, 410)
    assert desk.free(front) == []


@pytest.mark.parametrize(("shift", "minutes"), [(59, 60), (-59, 60), (20, 20), (-60, 24 * 60)])
def test_time_that_is_there_already_is_not_added(front, shift, minutes):
    person = specialist(front)
    slot(front, person, tomorrow(10))
    answer = many(front, said(person, tomorrow(10) + shift * MINUTES, minutes=minutes))
    assert (answer.status, answer.body["error"]) == (409, "slot_overlaps")


def test_neighbours_and_colleagues_do_not_overlap(front):
    person = specialist(front)
    slot(front, person, tomorrow(10))
    slot(front, person, tomorrow(11))
    slot(front, person, tomorrow(9))
    slot(front, specialist(front, name="Анна Ким"), tomorrow(10))
    assert len(desk.free(front)) == 4


def test_booked_time_is_not_added_again(front):
    person = specialist(front)
    desk.booked(front, slot(front, person, tomorrow(10)))
    assert many(front, said(person, tomorrow(10))).status == 409


def test_the_same_time_from_many_hands_is_one_slot(front):
    person = specialist(front)
    with OneAtATime(), ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda _: many(front, said(person, tomorrow(10))), range(4)))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    assert len(desk.free(front)) == 1


def test_a_past_time_cannot_be_added(front):
    answer = many(front, said(specialist(front), tomorrow(10, days=-2)))
    assert (answer.status, answer.body["error"]) == (410, "slot_past")


def test_a_free_slot_goes_and_its_time_may_come_again(front):
    person = specialist(front)
    made = slot(front, person, tomorrow(10))
    front.delete(f"/slots/{made}", SERVICE).ok()
    assert desk.free(front) == []
    answer = front.delete(f"/slots/{made}", SERVICE)
    assert (answer.status, answer.body["error"]) == (404, "slot_not_found")
    again = slot(front, person, tomorrow(10))
    assert desk.free(front) == [again]


def test_a_held_slot_stays_while_the_hold_lasts(front):
    made = slot(front, specialist(front), tomorrow(10, days=3))
    ticket = desk.applied(front, made)
    answer = front.delete(f"/slots/{made}", SERVICE)
    assert (answer.status, answer.body["error"]) == (409, "slot_in_use")
    assert desk.free(front, ticket_id=ticket) == [made]
    with time_machine.travel(tomorrow(10, days=2)):
        front.delete(f"/slots/{made}", SERVICE).ok()
        assert desk.free(front) == []


@pytest.mark.parametrize("paid", [False, True])
def test_a_booked_slot_stays(front, paid):
    person = specialist(front)
    made = slot(front, person, tomorrow())
    ticket = desk.reserved(front, person, made, paid=paid)
    assert front.delete(f"/slots/{made}", SERVICE).body["error"] == "slot_in_use"
    assert desk.status(front, ticket) == ("confirmed" if paid else "pending")


def test_an_unpaid_slot_stays_until_the_sweep_has_ended_its_session(front, tick):
    person = specialist(front)
    made = slot(front, person, tomorrow(days=3))
    desk.reserved(front, person, made)
    with time_machine.travel(tomorrow(days=2)):
        assert front.delete(f"/slots/{made}", SERVICE).status == 409
        tick("sweep")
        front.delete(f"/slots/{made}", SERVICE).ok()


def test_a_slot_taken_elsewhere_stays(front):
    person = specialist(front)
    made = slot(front, person, tomorrow())
    row = {"id": made, "psychologist": person, "state": "Занят"}
    front.post("/notify-update", change("UPDATE", row, {**row, "state": "Свободен"}), SUPABASE).ok()
    assert front.delete(f"/slots/{made}", SERVICE).body["error"] == "slot_in_use"

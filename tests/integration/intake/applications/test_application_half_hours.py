"""A site's grid has whole hours; a page that is loaded anew is the same person. Nobody loses his time to either."""

from datetime import timedelta

import pytest

from tests.builders import application, free_slots, moscow, slot, specialist, ticket_row, tomorrow

DOOR = "/tilda-zayavka"
HALF = timedelta(minutes=30)


@pytest.fixture
def hour():
    return tomorrow(19)


@pytest.fixture
def maria(front):
    return specialist(front, "Мария Орлова")


@pytest.fixture
def apply(front):
    def run(*times, psychologist="Мария Орлова", **said):
        named = {"selectedPsychologistsNames": [psychologist]} if psychologist else {}
        body = {**application(**named, **said), "slots": [f"{int(day)}.{int(month)} {time}" for day, month, time in map(parts, times)]}
        return front.post(DOOR, {name: value for name, value in body.items() if name != "selected_slots"}).ok()

    return run


def parts(moment):
    date, time = moscow(moment).split()
    return (*date.split("."), time)


def held(answer):
    return [row["id"] for row in answer["held_slots"]]


def test_the_hour_of_a_half_past_slot_means_it(front, maria, apply, hour):
    half = slot(front, maria, hour + HALF)
    answer = apply(hour)
    assert (held(answer), answer["taken_slots"]) == ([half], [])
    assert "свободен в выбранное время: 1" in answer["matches"][0]["reasons"]


def test_the_hour_itself_wins(front, maria, apply, hour):
    whole = slot(front, maria, hour, minutes=30)
    half = slot(front, maria, hour + HALF)
    assert (held(apply(hour)), free_slots(front)) == ([whole], [half])


def test_of_two_within_the_hour_nobody_knows_which(front, maria, apply, hour):
    slot(front, maria, hour + timedelta(minutes=15), minutes=15)
    slot(front, maria, hour + HALF)
    answer = apply(hour)
    assert (held(answer), [row["reason"] for row in answer["taken_slots"]]) == ([], ["taken"])


@pytest.mark.parametrize("psychologist", [None, "Пётр Волков", "Никто Никакой"])
def test_nobody_else_s_half_hour_is_meant(front, maria, apply, hour, psychologist):
    specialist(front, "Пётр Волков", telegram_id="5550002")
    slot(front, maria, hour + HALF)
    assert held(apply(hour, psychologist=psychologist)) == []


def test_a_time_that_is_no_whole_hour_means_itself(front, maria, apply, hour):
    slot(front, maria, hour + HALF)
    assert held(apply(hour + timedelta(minutes=15))) == []


@pytest.mark.parametrize("offset", ["0", "+3", -2])
def test_a_slot_s_id_and_its_hour_on_the_person_s_clock_are_one(front, maria, apply, hour, offset):
    """The page writes what it showed: whole hours, in the person's own zone."""
    half = slot(front, maria, hour + HALF)
    other = slot(front, maria, hour + timedelta(hours=int(offset)) + timedelta(days=0 if int(offset) else 1))
    answer = apply(hour + timedelta(hours=int(offset)), slots_objects=[half], userTimeOffsetMsk=offset)
    assert (held(answer), answer["taken_slots"]) == ([half], [])
    assert free_slots(front) == [other]


def test_a_page_that_is_loaded_anew_takes_its_hold_along(front, maria, apply, hour):
    half = slot(front, maria, hour + HALF)
    first = apply(hour, ticket_id="aaa1111")
    again = apply(hour, ticket_id="bbb2222", request_text="ещё раз")
    assert (held(first), held(again), again["taken_slots"]) == ([half], [half], [])
    assert again["ticket_id"] != first["ticket_id"]
    assert free_slots(front, ticket_id=again["ticket_id"]) == [half]
    assert free_slots(front, ticket_id=first["ticket_id"]) == []
    assert ticket_row(again["ticket_id"]).form_ticket_id == "bbb2222"


def test_but_no_stranger_s(front, maria, apply, hour):
    half = slot(front, maria, hour + HALF)
    apply(hour, ticket_id="aaa1111")
    other = apply(hour, ticket_id="bbb2222", contact={"type": "phone", "value": "+79045501599"}, name="Борис")
    assert (held(other), [row["reason"] for row in other["taken_slots"]]) == ([], ["taken"])
    assert free_slots(front) == []
    assert half

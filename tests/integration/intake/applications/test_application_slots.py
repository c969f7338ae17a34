"""Chosen slots are held at once, for exactly so long; what cannot be held is named with what is free instead."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from chalicelib.core.settings import settings
from tests.builders import SERVICE, application, free_slots, later, moscow, slot, specialist, tomorrow
from tests.standins.store import Wire

DOOR = "/submit-application"


def apply(front, *chosen, contact="+7 904 550-15-67", **said):
    return front.post(DOOR, application(*chosen, contact=contact, **said)).ok()


def rival(front, *chosen, **said):
    return apply(front, *chosen, contact="@somebody_else", name="Борис", **said)


def ids(rows):
    return [row["id"] for row in rows]


def test_chosen_slots_are_held_at_once(front):
    person = specialist(front)
    one, two = slot(front, person, tomorrow(10)), slot(front, person, tomorrow(11))
    answer = apply(front, one)
    assert ids(answer["held_slots"]) == [one]
    assert free_slots(front) == [two]
    assert free_slots(front, ticket_id=answer["ticket_id"]) == [one, two], "its owner still sees it"


def test_a_hold_ends_exactly_after_its_minutes_with_no_sweep(front):
    person = specialist(front)
    chosen = slot(front, person, tomorrow(10))
    with time_machine.travel(later(), tick=False) as clock:
        held = apply(front, chosen)["held_slots"][0]
        hold = timedelta(minutes=settings().hold_minutes)
        assert datetime.fromisoformat(held["held_until"]) == (datetime.now(UTC) + hold).replace(microsecond=0)
        clock.shift(hold)
        assert free_slots(front) == []
        assert rival(front, chosen)["taken_slots"][0]["reason"] == "taken"
        clock.shift(timedelta(microseconds=1))
        assert free_slots(front) == [chosen]
        assert ids(rival(front, chosen, request_text="ещё раз")["held_slots"]) == [chosen]


def test_the_sweep_frees_what_was_held_too_long_and_only_that(front, tick):
    person = specialist(front)
    one, two = slot(front, person, tomorrow(10)), slot(front, person, tomorrow(11))
    apply(front, one)
    with time_machine.travel(later(minutes=20)):
        rival(front, two)
    tick("sweep", later(minutes=31))
    with time_machine.travel(later(minutes=31)):
        assert free_slots(front) == [one]


@pytest.mark.parametrize(
    "written",
    ["{0:%d.%m %H:%M}", "{0.day}.{0.month} {0:%H:%M}", "{0:%d.%m} / {0:%H:%M}", "{0:%Y-%m-%dT%H:%M}", "{0:%d.%m} в {0:%H:%M}"],
)
def test_a_time_is_read_however_it_is_written(front, written):
    moment = tomorrow(10)
    chosen = slot(front, specialist(front), moment)
    assert ids(apply(front, written.format(moment + timedelta(hours=3)))["held_slots"]) == [chosen]


@pytest.mark.parametrize("between", ["; ", ", "])
def test_many_slots_in_one_text(front, between):
    person = specialist(front)
    both = [slot(front, person, tomorrow(hour)) for hour in (10, 11)]
    answer = front.form(DOOR, {"Name": "Анна", "Слоты": between.join([moscow(tomorrow(10)), moscow(tomorrow(11))])}).ok()
    assert ids(answer["held_slots"]) == both


def test_the_same_slots_as_ids_and_as_texts_are_held_once(front):
    person, moment = specialist(front), tomorrow(10)
    specialist_two = specialist(front, "Пётр Волков")
    chosen = slot(front, person, moment)
    slot(front, specialist_two, moment)
    answer = apply(front, slots_objects=[chosen, None], slots=[moscow(moment), moscow(moment)])
    assert ids(answer["held_slots"]) == [chosen]
    assert answer["taken_slots"] == []


def test_a_taken_slot_sent_as_id_and_as_text_is_not_given_to_another_specialist_unasked(front):
    moment = tomorrow(10)
    chosen = slot(front, specialist(front), moment)
    other = slot(front, specialist(front, "Пётр Волков"), moment)
    rival(front, chosen)
    answer = apply(front, slots_objects=[chosen], slots=[moscow(moment)])
    assert answer["held_slots"] == []
    assert [(row["slot"], row["reason"], ids(row["alternatives"])) for row in answer["taken_slots"]] == [(chosen, "taken", [other])]


def test_one_moment_written_twice_is_held_once(front):
    moment = tomorrow(10)
    for name in ("Мария Орлова", "Пётр Волков"):
        slot(front, specialist(front, name), moment)
    local = moment + timedelta(hours=3)
    answer = apply(front, f"{local:%d.%m %H:%M}", f"{local.day}.{local.month} / {local:%H:%M}")
    assert len(answer["held_slots"]) == 1
    assert answer["taken_slots"] == []


def test_a_time_without_a_specialist_goes_to_whoever_fits_best_and_is_free_then(front):
    moment = tomorrow(10)
    busy = specialist(front, "Анна Первая", gender="female", price_min=200_000)
    fits = specialist(front, "Борис Второй", gender="female", price_min=300_000)
    dear = specialist(front, "Вера Третья", gender="male", price_min=900_000)
    taken, chosen = slot(front, busy, moment), slot(front, fits, moment)
    slot(front, dear, moment)
    rival(front, taken)
    answer = apply(front, moscow(moment), preferences={"gender": "женский", "price_max": "3500"})
    assert ids(answer["held_slots"]) == [chosen]
    assert [match["psychologist"] for match in answer["matches"]] == ["Борис Второй", "Анна Первая", "Вера Третья"]


def test_a_named_specialist_is_not_replaced(front):
    moment = tomorrow(10)
    taken = slot(front, specialist(front, "Мария Орлова"), moment)
    slot(front, specialist(front, "Пётр Волков"), moment)
    rival(front, taken)
    answer = apply(front, moscow(moment), selectedPsychologistsNames=["Орлова Мария"])
    assert answer["held_slots"] == []
    assert [row["reason"] for row in answer["taken_slots"]] == ["taken"]


def test_a_name_that_nobody_bears_is_said_and_nobody_else_is_booked(front):
    moment = tomorrow(10)
    chosen = slot(front, specialist(front), moment)
    answer = apply(front, moscow(moment), psychologist="Никто Никакой")
    assert (answer["held_slots"], answer["unknown_psychologists"]) == ([], ["Никто Никакой"])
    assert answer["taken_slots"][0]["alternatives"][0]["id"] == chosen
    whoever = apply(front, moscow(moment), psychologist="Любой психолог", request_text="кто угодно")
    assert (ids(whoever["held_slots"]), whoever["unknown_psychologists"]) == ([chosen], [])


def test_what_cannot_be_held_is_named_with_alternatives(front):
    person = specialist(front)
    taken, free = slot(front, person, tomorrow(10)), slot(front, person, tomorrow(11))
    rival(front, taken)
    answer = apply(front, taken, "31.02 10:00", "29.02 10:00", moscow(tomorrow(15)), "01.01.2020 10:00", "no-such-slot")
    assert [(row["slot"], row["reason"]) for row in answer["taken_slots"]] == [
        (taken, "taken"),
        ("no-such-slot", "unknown"),
        ("29.02 10:00", "taken"),
        (moscow(tomorrow(15)), "taken"),
        ("01.01.2020 10:00", "past"),
        ("31.02 10:00", "unknown"),
    ]
    assert all(ids(row["alternatives"]) == [free] for row in answer["taken_slots"])


@pytest.mark.parametrize("text", ["01.01.0001 00:00", "01.01.0300 10:00", "9999-12-31T23:59", "10000.01 10:00", "завтра: 10", ":", "💬:"])
def test_an_impossible_moment_is_named_beside_the_possible_one(front, text):
    moment = tomorrow(10)
    chosen = slot(front, specialist(front), moment)
    answer = apply(front, text, moscow(moment))
    assert ids(answer["held_slots"]) == [chosen]
    assert [row["slot"] for row in answer["taken_slots"]] == [text]


def test_no_impossible_moment_reaches_the_store(front):
    with Wire() as wire:
        apply(front, "01.01.0300 10:00", moscow(tomorrow(10)))
    asked = [call.request["ExpressionAttributeValues"] for call in wire.calls if call.operation == "Query"]
    moments = [value["S"] for values in asked for value in values.values() if value["S"][:1].isdigit()]
    assert moments and all(moment[:5] >= "2026-" and moment[4] == "-" for moment in moments), "a year of three digits sorts wrongly"


def test_a_past_slot_is_past(front):
    chosen = slot(front, specialist(front), tomorrow(10))
    with time_machine.travel(tomorrow(11)):
        (row,) = apply(front, chosen)["taken_slots"]
    assert row["reason"] == "past"


def test_a_slot_of_somebody_who_works_no_more_is_unknown(front):
    person = specialist(front)
    chosen = slot(front, person, tomorrow(10))
    front.put(f"/specialists/{person}", {"name": "Мария Орлова", "active": False}, SERVICE).ok()
    assert apply(front, chosen)["taken_slots"][0]["reason"] == "unknown"


def test_a_december_form_for_january(front):
    with time_machine.travel(datetime(2026, 12, 28, 9, tzinfo=UTC)):
        chosen = slot(front, specialist(front), datetime(2027, 1, 3, 7, tzinfo=UTC))
        (held,) = apply(front, "03.01 10:00")["held_slots"]
    assert (held["id"], held["start_at"]) == (chosen, "2027-01-03T07:00:00Z")


def test_the_leap_day_of_the_coming_leap_year(front):
    with time_machine.travel(datetime(2028, 2, 27, 9, tzinfo=UTC)):
        chosen = slot(front, specialist(front), datetime(2028, 2, 29, 7, tzinfo=UTC))
        assert ids(apply(front, "29.02 10:00")["held_slots"]) == [chosen]


def test_a_slot_taken_between_reading_and_writing_is_reported_and_the_application_stays(front, meanwhile):
    person, faster = specialist(front), []
    lost, kept = slot(front, person, tomorrow(10)), slot(front, person, tomorrow(11))
    meanwhile(lambda: faster.append(rival(front, lost)))
    answer = apply(front, lost, kept)
    assert ids(faster[0]["held_slots"]) == [lost]
    assert ids(answer["held_slots"]) == [kept]
    assert [(row["slot"], row["reason"]) for row in answer["taken_slots"]] == [(lost, "taken")]


def test_a_lost_slot_that_came_as_a_text_too_is_not_replaced(front, meanwhile):
    moment = tomorrow(10)
    lost = slot(front, specialist(front), moment)
    slot(front, specialist(front, "Пётр Волков"), moment)
    meanwhile(lambda: rival(front, lost))
    answer = apply(front, slots_objects=[lost], slots=[moscow(moment)])
    assert answer["held_slots"] == []
    assert [(row["slot"], row["reason"]) for row in answer["taken_slots"]] == [(lost, "taken")]


def test_a_time_lost_to_another_goes_to_the_next_specialist(front, meanwhile):
    moment = tomorrow(10)
    best = slot(front, specialist(front, debt=5), moment)
    next_best = slot(front, specialist(front, "Пётр Волков"), moment)
    meanwhile(lambda: rival(front, best))
    answer = apply(front, moscow(moment))
    assert ids(answer["held_slots"]) == [next_best]
    assert answer["taken_slots"] == []


def test_no_more_slots_are_held_than_a_person_may(front):
    person = specialist(front)
    rows = [{"specialist_id": person, "start_at": (tomorrow(0) + timedelta(hours=number)).isoformat()} for number in range(25)]
    chosen = ids(front.post("/slots", {"slots": rows}, SERVICE).ok()["slots"])
    assert len(apply(front, *chosen)["held_slots"]) == settings().holds_a_person
    assert len(free_slots(front)) == 25 - settings().holds_a_person


def test_nothing_chosen_is_an_application_all_the_same(front):
    specialist(front)
    answer = apply(front, slots=[None], emptySlots=True)
    assert (answer["held_slots"], answer["taken_slots"]) == ([], [])
    assert [match["psychologist"] for match in answer["matches"]] == ["Мария Орлова"]

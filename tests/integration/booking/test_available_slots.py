"""What the site shows to choose from."""

import base64
import json
from datetime import timedelta

import pytest
import time_machine

from tests.builders import application, moscow, slot, specialist, tomorrow
from tests.integration.booking import desk


@pytest.fixture
def week(front):
    """Two specialists with an hour on each of five days: {(name's letter, day): slot id}."""
    people = {"М": specialist(front, id="m"), "А": specialist(front, id="a", name="Анна Ким")}
    hours = {"М": 10, "А": 11}
    return {(letter, day): slot(front, people[letter], tomorrow(hours[letter], days=day)) for letter in "МА" for day in range(1, 6)}


def day(days):
    return tomorrow(12, days=days) + timedelta(hours=3)


def test_anyone_sees_free_time_soonest_first(front, week):
    assert desk.free(front) == [week[letter, day] for day in range(1, 6) for letter in "МА"]


def test_a_slot_says_who_and_when(front):
    person, when = specialist(front), tomorrow(23)
    made = slot(front, person, when, minutes=45)
    date, time = moscow(when).split()
    assert front.get("/get-available-slots").ok() == {
        "success": True,
        "slots": [
            {
                "id": made,
                "psychologist_id": person,
                "psychologist": "Мария Орлова",
                "start_at": when.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "date": date,
                "time": time,
                "minutes": 45,
            }
        ],
        "next_cursor": None,
    }


def test_nothing_free_is_an_empty_list(front):
    assert front.get("/get-available-slots").ok() == {"success": True, "slots": [], "next_cursor": None}


@pytest.mark.parametrize("reference", ["m", "Мария Орлова", "орлова мария"])
def test_one_specialists_time(front, week, reference):
    assert desk.free(front, psychologist=reference) == [week["М", day] for day in range(1, 6)]


def test_nobodys_time_is_not_found(front, week):
    answer = front.get("/get-available-slots", psychologist="Никто Никакой")
    assert (answer.status, answer.body["error"]) == (404, "specialist_not_found")


@pytest.mark.parametrize("written", ["%Y-%m-%d", "%d.%m", "%d.%m.%Y"])
def test_days_are_the_business_zones_and_both_ends_count(front, week, written):
    first, last = day(2).strftime(written), day(3).strftime(written)
    assert desk.free(front, date_from=first, date_to=last) == [week[letter, day] for day in (2, 3) for letter in "МА"]
    assert desk.free(front, date_from=last, psychologist="a") == [week["А", day] for day in (3, 4, 5)]
    assert desk.free(front, date_to=first, psychologist="a") == [week["А", day] for day in (1, 2)]


def test_a_day_starts_and_ends_at_midnight_in_moscow(front):
    person = specialist(front)
    slots = [slot(front, person, tomorrow(0, days=3) + timedelta(minutes=shift), minutes=30) for shift in (-30, 0, 24 * 60 - 30, 24 * 60)]
    written = day(3).strftime("%Y-%m-%d")
    assert desk.free(front, date_from=written, date_to=written) == slots[1:3]


@pytest.mark.parametrize("written", ["%Y-%m-%d", "%d.%m"])
def test_today_is_a_day_too(front, written):
    when = tomorrow(18)
    made = slot(front, specialist(front), when)
    with time_machine.travel(when - timedelta(hours=2)):
        assert desk.free(front, date_from=when.strftime(written), date_to=when.strftime(written)) == [made]
        assert desk.free(front, date_to=when.strftime(written)) == [made]


def test_days_before_today_add_nothing(front, week):
    assert desk.free(front, date_from=day(-30).strftime("%Y-%m-%d")) == desk.free(front)
    assert desk.free(front, date_from=day(-3).strftime("%Y-%m-%d"), date_to=day(-2).strftime("%Y-%m-%d")) == []
    assert desk.free(front, date_from=day(4).strftime("%Y-%m-%d"), date_to=day(2).strftime("%Y-%m-%d")) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"date_from": "2026-02-30"}, "date_from"),
        ({"date_to": "31.02"}, "date_to"),
        ({"date_from": "завтра"}, "date_from"),
        ({"date_from": "0001-01-01"}, "date_from"),
        ({"date_to": "2026-1"}, "date_to"),
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
        ({"limit": "все"}, "limit"),
    ],
)
def test_a_filter_that_says_nothing_is_named(front, query, field):
    answer = front.get("/get-available-slots", **query)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", field]), answer.text


def test_the_last_day_there_is(front, week):
    assert len(desk.free(front, date_to="9999-12-31")) == 10


@pytest.mark.parametrize("filters", [{}, {"psychologist": "m"}])
def test_a_cursor_walks_to_the_end_and_meets_each_once(front, week, filters):
    seen, cursor, pages = [], None, 0
    while cursor is not None or not pages:
        answer = front.get("/get-available-slots", limit=3, **filters, **({"cursor": cursor} if cursor else {})).ok()
        assert len(answer["slots"]) <= 3
        seen += [row["id"] for row in answer["slots"]]
        cursor, pages = answer["next_cursor"], pages + 1
        assert pages < 9
    assert seen == desk.free(front, **filters)


def cursor_of(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


FORGED = [{"slot_id": {"S": "1"}}, [1], {"slot_id": 1, "start_at": 2, "free_in": 3}]


@pytest.mark.parametrize("cursor", ["x", "!!!", *map(cursor_of, FORGED)])
def test_a_cursor_made_by_hand_is_refused(front, week, cursor):
    answer = front.get("/get-available-slots", cursor=cursor)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", "cursor"])


def test_a_cursor_of_another_list_is_refused(front, week):
    cursor = front.get("/get-available-slots", limit=1, psychologist="m").ok()["next_cursor"]
    assert front.get("/get-available-slots", cursor=cursor).status == 422


def test_a_chosen_slot_is_shown_to_its_application_alone(front, week):
    chosen = week["М", 2]
    ticket = desk.applied(front, chosen)
    other = desk.applied(front, week["А", 2], user_id=desk.BORIS)
    assert chosen not in desk.free(front)
    assert chosen in desk.free(front, ticket_id=ticket)
    assert chosen not in desk.free(front, ticket_id=other)
    assert chosen in desk.free(front, ticket_id=ticket, psychologist="m")
    assert chosen not in desk.free(front, ticket_id="nobody's")


def test_a_hold_ends_by_itself(front):
    chosen = slot(front, specialist(front), tomorrow(days=3))
    desk.applied(front, chosen)
    with time_machine.travel(tomorrow(days=2)):
        assert desk.free(front) == [chosen], "no sweep has run"


def test_the_sweep_changes_nothing_anyone_sees(front, tick):
    chosen = slot(front, specialist(front), tomorrow(days=3))
    ticket = desk.applied(front, chosen)
    tick("sweep")
    assert desk.free(front) == []
    with time_machine.travel(tomorrow(days=2)):
        assert tick("sweep")["holds"] == 1
        assert tick("sweep")["holds"] == 0
        assert desk.free(front) == [chosen]
        assert desk.stored(chosen).ticket_id is None
        assert desk.followed(front, ticket) and desk.status(front, ticket) == "pending", "whoever comes late may still take it"


def test_what_has_begun_is_not_shown(front):
    when = tomorrow(10)
    slot(front, specialist(front), when)
    with time_machine.travel(when + timedelta(seconds=1), tick=False):
        assert desk.free(front) == []
    with time_machine.travel(when - timedelta(seconds=1), tick=False):
        assert len(desk.free(front)) == 1


def test_booked_time_is_not_shown_to_anyone(front):
    chosen = slot(front, specialist(front), tomorrow())
    ticket = desk.booked(front, chosen)
    assert desk.free(front) == desk.free(front, ticket_id=ticket) == []


def test_time_that_waits_for_its_payment_is_not_shown_until_it_is_due(front):
    person = specialist(front)
    chosen = slot(front, person, tomorrow(days=3))
    desk.reserved(front, person, chosen)
    assert desk.free(front) == []
    with time_machine.travel(tomorrow(days=2)):
        assert desk.free(front) == [chosen]


@pytest.mark.parametrize("whose", [{}, {"psychologist": "Мария Орлова"}])
def test_pages_that_held_slots_cut_walk_on_to_the_end(front, whose):
    person, starts = specialist(front), [tomorrow(hour) for hour in range(9, 19)]
    for start in starts:
        slot(front, person, start)
    front.post("/submit-application", application(*(moscow(starts[place]) for place in (0, 3, 4)))).ok()
    seen, cursor = [], ""
    while cursor is not None:
        page = front.get("/get-available-slots", limit=3, cursor=cursor, **whose).ok()
        seen, cursor = seen + [row["time"] for row in page["slots"]], page["next_cursor"]
    assert seen == ["10:00", "11:00", "14:00", "15:00", "16:00", "17:00", "18:00"]

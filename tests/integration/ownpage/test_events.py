"""Own affairs and group events take time in the one calendar; of the last place one gets it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.booking.slots.models import Slot
from chalicelib.ownpage.events.models import Event
from tests.builders import SERVICE, book, moscow, slot, specialist, tomorrow
from tests.integration.booking import days, desk
from tests.integration.ownpage.page import Page
from tests.standins.store import OneAtATime

FULL = {"error": "max_supervision_tarif_reached"}
WHEN = {"date": (tomorrow(19) + timedelta(hours=3)).date().isoformat(), "time": "19:00"}


@pytest.fixture
def page(front):
    return Page(front, specialist(front))


def others(front, many):
    return [Page(front, specialist(front, f"Вера Ким{number}", telegram_id=f"55600{number}")) for number in range(many)]


def made(page, **said):
    return page.post("/create-custom-event", event="Супервизия", **WHEN, **said)


def join(page, event="Супервизия"):
    return page.post("/join-to-event", event=event, **WHEN)


def test_an_affair_of_her_own_takes_her_time_and_nobody_elses_eyes(front, page):
    free = slot(front, page.specialist_id, tomorrow(19) + timedelta(minutes=30))
    event = made(page, minutes=60).ok()
    assert made(page, minutes=60).ok() == event, "again"
    assert desk.free(front) == [], "what she only offered waits"
    shown = [one for hour in page.week(startDate=WHEN["date"], endDate=WHEN["date"]).values() for one in hour]
    assert [(one["id"], one["status"], one["event"], one["event_modal_type"], one["slot_over_event"]) for one in shown] == [
        (event["slot_id"], "Забронирован", "Супервизия", "own", False),
        (free, "Свободен", "Супервизия", "own", True),
    ]
    (told,) = page.get("/get-all-events").ok()
    assert (told["id"], told["is_mine"], told["capacity"], told["time"]) == (event["id"], True, None, "19:00")
    assert page.get("/get-event-for-slot", **WHEN).ok() == told
    (other,) = others(front, 1)
    assert other.get("/get-all-events").ok() == [] and other.get("/get-event-for-slot", **WHEN).ok() == {}
    assert join(other, event["id"]).status == 404
    days.agree()


def test_the_time_that_is_given_back_is_offered_again(front, page):
    free = slot(front, page.specialist_id, tomorrow(19))
    event = made(page).ok()
    assert page.get("/cancel-slot", slot=event["slot_id"]).status == 409, "an opened link gives nothing back"
    page.post("/delete-slot", slot=event["slot_id"]).ok()
    assert desk.free(front) == [free] and list(Event.scan()) == []
    days.agree()


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"date": 1.5}, "date"),
        ({"date": 27}, "date"),
        ({"date": " "}, "date"),
        ({"time": 19}, "time"),
        ({"event": "Супер\u0000визия"}, "event"),
    ],
)
def test_what_is_no_day_no_hour_or_no_title_is_named(page, said, field):
    answer = page.post("/create-custom-event", **{"event": "Супервизия", **WHEN, **said})
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", field])
    assert "expected" in answer.body["detail"][0]["msg"] and list(Event.scan()) == []


def test_a_clients_time_is_not_taken(front, page):
    slot(front, page.specialist_id, tomorrow(19))
    book(front, tomorrow(19))
    answer = made(page)
    assert (answer.status, answer.body["error"]) == (409, "slot_overlaps")
    assert list(Event.scan()) == []
    (other,) = others(front, 1)
    made(other, kind="group").ok()
    assert join(page).status == 409 and next(iter(Event.scan())).joined == 0
    days.agree()


def test_of_the_last_places_as_many_get_one_as_there_are(front, page):
    made(page, kind="group", capacity=2).ok()
    visitors = others(front, 5)
    with OneAtATime(), ThreadPoolExecutor(5) as hands:
        answers = list(hands.map(lambda one: join(one).ok(), visitors))
    assert sorted("id" in answer for answer in answers) == [False] * 3 + [True] * 2
    assert answers.count(FULL) == 3
    (event,) = Event.scan()
    assert (event.joined, len(event.members)) == (2, 2)
    assert len([row for row in Slot.scan() if row.event_id == event.event_id]) == 3
    days.agree()


def test_two_clicks_take_one_place_and_leaving_gives_it_back(front, page):
    made(page, kind="group", capacity=1).ok()
    one, another = others(front, 2)
    with OneAtATime(), ThreadPoolExecutor(3) as hands:
        places = {answer.ok()["id"] for answer in hands.map(lambda _: join(one), range(3))}
    assert len(places) == 1 and join(another).ok() == FULL
    assert another.get("/get-event-for-slot", **WHEN).ok()["places_left"] == 0
    assert page.post("/delete-slot", slot=moscow(tomorrow(19))).body["error"] == "event_has_members"
    one.post("/delete-slot", slot=places.pop()).ok()
    assert "id" in join(another).ok()
    days.agree()


def test_what_can_not_be_is_refused(front, page):
    (other,) = others(front, 1)
    made(page, kind="group").ok()
    assert page.post("/join-to-event", **{**WHEN, "time": "20:00"}, event="Супервизия").status == 404
    assert join(other, "Другое").status == 404 and "id" in join(other, "СУПЕРВИЗИЯ").ok()
    assert page.post("/create-custom-event", event=" ", **WHEN).status == 422
    past = {"date": moscow(tomorrow(10, days=-1))[:5], "time": "10:00"}
    assert page.post("/create-custom-event", event="Отпуск", **past).status == 410
    for path in ("/create-custom-event", "/join-to-event"):
        assert front.post(path, {"secret": "wrong", "event": "Супервизия", **WHEN}).ok() == {"error": "unauthored"}


def test_nobody_joins_what_nobody_will_hold(front, page):
    made(page, kind="group").ok()
    (other,) = others(front, 1)
    front.put(f"/specialists/{page.specialist_id}", {"name": "Мария Орлова", "active": False}, SERVICE).ok()
    assert join(other).status == 404 and other.get("/get-all-events").ok() == []
    assert other.get("/get-event-for-slot", **WHEN).ok() == {}

"""A specialist's week: what she sees of it, what she offers and takes back, and that nothing else is hers."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.booking.slots.models import Slot
from chalicelib.core import facts
from chalicelib.core.facts import FactRow
from tests.builders import SERVICE, book, moscow, slot, specialist, tomorrow
from tests.integration.booking import days, desk
from tests.integration.ownpage.page import Page
from tests.standins.store import OneAtATime

UNAUTHORED = {"error": "unauthored"}
SAYS = {
    "name": "Анна Лебедева",
    "age": "31",
    "anxieties": ["Сон", "Работа"],
    "questions": ["Выгорание", None],
    "diagnoses": [],
    "diagnoseInfo": "нет",
    "clientStates": ["Усталость"],
    "traumaticEvents": ["Переезд"],
    "formPsyClientInfo": {"hasPsychoExperience": "Да"},
    "email": "anna@example.org",
}


@pytest.fixture
def page(front):
    return Page(front, specialist(front))


def this_week():
    return {"startDate": (tomorrow(0) + timedelta(hours=3)).date().isoformat(), "endDate": moscow(tomorrow(10, days=6))[:5]}


@pytest.mark.parametrize("path", ["/get-slot", "/get-psycho", "/get-ticket-for-slot"])
@pytest.mark.parametrize("secret", ["", "wrong"])
def test_a_wrong_secret_reads_nothing(front, page, path, secret):
    answer = front.get(path, secret=secret, date="27.11", time="10:00")
    assert (answer.status, answer.body, answer.headers["Access-Control-Allow-Origin"]) == (200, UNAUTHORED, "*")


@pytest.mark.parametrize("path", ["/add-slot", "/delete-slot"])
def test_a_wrong_secret_writes_nothing(front, page, path):
    standing = slot(front, page.specialist_id, tomorrow(12))
    assert front.post(path, {"secret": "wrong", "slot": moscow(tomorrow(12 if "delete" in path else 10))}).ok() == UNAUTHORED
    assert [row.slot_id for row in Slot.scan()] == [standing]


def test_she_reads_her_name_and_an_empty_week(page):
    assert page.get("/get-psycho").ok() == [{"psychologist": "Мария Орлова"}]
    (shown,) = page.get("/get-slot", **this_week()).ok()
    first = shown["items"][0]
    assert (shown["date"], len(shown["items"]), len(first["slots"])) == (this_week()["startDate"], 6, 24)
    assert (first["date"], first["pretty_date"]) == (this_week()["startDate"], moscow(tomorrow(10))[:5])
    assert first["day_name"] in {"понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"}


def test_a_week_is_asked_for_in_words_that_mean_a_day(page):
    answer = page.get("/get-slot", startDate="когда-нибудь")
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["query", "startDate"])
    (shown,) = page.get("/get-slot", startDate="2026-01-01", endDate="2036-01-01").ok()
    assert len(shown["items"]) == 62, "bounded"
    assert page.get("/get-slot", startDate="2026-01-10", endDate="2026-01-01").ok()[0]["items"] == []


def test_an_hour_that_she_adds_is_offered_to_clients_and_is_her_doing(front, page):
    added = page.post("/add-slot", slot=moscow(tomorrow(19) + timedelta(minutes=30))).ok()
    assert desk.free(front) == [added["id"]]
    hour = moscow(tomorrow(19))
    assert page.week(**this_week()) == {
        hour: [
            {"id": added["id"], "time": "19:30", "status": "Свободен", "event": None, "event_modal_type": None, "slot_over_event": False}
        ]
    }
    (said,) = [row for row in FactRow.scan() if row.kind == "hours_changed"]
    assert (said.actor, said.ref, said.data) == (
        facts.SPECIALIST,
        added["id"],
        {"specialist_id": page.specialist_id, "opened": 1, "withdrawn": 0},
    )
    days.agree()


def test_the_same_hour_again_is_the_same_slot_and_what_overlaps_is_refused(front, page):
    first = page.post("/add-slot", slot=moscow(tomorrow(10))).ok()
    assert page.post("/add-slot", slot=tomorrow(10).isoformat()).ok() == first
    answer = page.post("/add-slot", slot=moscow(tomorrow(10) + timedelta(minutes=30)))
    assert (answer.status, answer.body["error"], answer.body["detail"]["slot_id"]) == (409, "slot_overlaps", first["id"])
    assert page.post("/add-slot", slot=moscow(tomorrow(10, days=-1))).status == 410
    assert page.post("/add-slot", slot="0b5c1f6e-6f0e-4d0b-9a51-3f7d6f3c2a11").status == 404
    for no_moment in (1_764_172_800, 1_764_172_800_000, "1764172800", "завтра в 7", "0", "-5", "1e10"):
        answer = page.post("/add-slot", slot=no_moment)
        assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "slot"])
    days.agree()


def test_of_one_hour_added_by_many_hands_one_stands(page):
    with OneAtATime(), ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda _: page.post("/add-slot", slot=moscow(tomorrow(10))), range(4)))
    assert len({answer.ok()["id"] for answer in answers}) == 1 == len(list(Slot.scan()))
    days.agree()


@pytest.mark.parametrize("by", ["id", "moment"])
def test_she_takes_back_a_free_hour(front, page, by):
    standing = slot(front, page.specialist_id, tomorrow(10))
    said = standing if by == "id" else moscow(tomorrow(10))
    assert page.post("/delete-slot", slot=said).ok()["id"] == standing
    assert list(Slot.scan()) == [] and page.post("/delete-slot", slot=said).status == 404
    days.agree()


def test_a_clients_hour_is_not_taken_back(front, page):
    slot(front, page.specialist_id, tomorrow(10))
    book(front, tomorrow(10))
    answer = page.post("/delete-slot", slot=moscow(tomorrow(10)))
    assert (answer.status, answer.body["error"]) == (409, "slot_in_use")
    assert page.week(**this_week())[moscow(tomorrow(10))][0]["status"] == "Забронирован"


def test_anothers_hours_are_neither_seen_nor_touched(front, page):
    other = specialist(front, "Игорь Селиванов", telegram_id="5550002")
    standing = slot(front, other, tomorrow(10))
    assert page.week(**this_week()) == {}
    for path, said in (("/delete-slot", standing), ("/delete-slot", moscow(tomorrow(10))), ("/add-slot", standing)):
        assert page.post(path, slot=said).status == 404
    assert page.get("/get-ticket-for-slot", date=moscow(tomorrow(10))[:5], time="10:00").ok() == {}


def test_she_reads_what_her_clients_form_said_and_no_contact(front, page):
    slot(front, page.specialist_id, tomorrow(10))
    asked = {"date": (tomorrow(10) + timedelta(hours=3)).date().isoformat(), "time": "10:00"}
    assert page.get("/get-ticket-for-slot", **asked).ok() == {}, "nobody is booked"
    book(front, tomorrow(10), **SAYS)
    answer = page.get("/get-ticket-for-slot", **asked)
    assert answer.ok() == {
        "Имя": "Анна Лебедева",
        "Возраст": "31",
        "Что беспокоит": "Сон; Работа",
        "Запросы психологу": "Выгорание",
        "Псих. заболевание": "",
        "Подробности о заболевании": "нет",
        "Состояние клиента": "Усталость",
        "Травмирующие события": "Переезд",
        "Прошлый опыт": "Да",
    }
    assert "550-15-67" not in answer.text and "anna@example.org" not in answer.text
    assert page.get("/get-ticket-for-slot", date="32.13", time="10:00").status == 422


def test_the_secret_may_stand_in_the_query(front, page):
    added = front.post(f"/add-slot?secret={page.secret}", {"slot": moscow(tomorrow(10))}).ok()
    assert front.get("/get-available-slots").ok()["slots"][0]["id"] == added["id"]


def test_who_rests_offers_nothing(front, page):
    front.put(f"/specialists/{page.specialist_id}", {"name": "Мария Орлова", "active": False}, SERVICE).ok()
    assert page.post("/add-slot", slot=moscow(tomorrow(10))).ok() == UNAUTHORED


@pytest.mark.parametrize("year", ["0001", "1969", "9999"])
def test_days_at_the_ends_of_time_break_nothing(page, year):
    said = f"{year}-12-31T23:30:00Z"
    assert page.get("/get-slot", startDate=said).status == 422
    assert page.get("/get-ticket-for-slot", date=f"{year}-12-31", time="23:30").status in (200, 422)
    assert page.post("/add-slot", slot=said).status in (410, 422)
    for path in ("/delete-slot", "/plan-free-slots"):
        assert page.post(path, slot=said, repeat_period="нет").status == 404
    assert page.post("/create-custom-event", event="Отпуск", date=f"{year}-12-31", time="23:30").status in (410, 422)
    assert page.post("/add-slot", slot=(tomorrow(10) + timedelta(days=400)).isoformat()).status == 422

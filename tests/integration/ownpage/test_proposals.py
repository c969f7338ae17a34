"""What a specialist says with her secret takes effect; what comes without it, and a session's end, is the office's to decide."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.booking.slots.models import Slot
from chalicelib.core import clock
from chalicelib.core.facts import FactRow
from tests.builders import SERVICE, Visitor, book, ledger, moscow, slot, specialist, ticket_status, tomorrow
from tests.integration.booking import days, desk
from tests.integration.ownpage.page import Page
from tests.standins.store import OneAtATime

FORM = {
    "name": "Мария Орлова",
    "minPrice": "3500",
    "maxPrice": 5000,
    "queries": ["Сон", "Тревога"],
    "helpHandMode": "2000 руб",
    "education": ["Гештальт", {"program_title": "Клиническая психология", "year": 2015, "title": " "}],
}


@pytest.fixture
def page(front):
    return Page(front, specialist(front))


def card(front, page):
    shown = front.get(f"/specialists/{page.specialist_id}", SERVICE).ok()["specialist"]
    return shown["price_min"], shown["price_max"], shown["profile"]["queries"], shown["profile"]["help_hand"]


def waiting(front, **query):
    return front.get("/proposals", SERVICE, **query).ok()["proposals"]


def decide(front, proposal, word):
    return front.post(f"/proposals/{proposal['id']}/{word}", None, SERVICE)


def test_with_her_secret_her_card_changes_at_once(front, page):
    assert page.post("/update-psychologists", anketa=FORM, psychologist_id="somebody else").ok()["applied"] is True
    assert card(front, page) == (350_000, 500_000, ["Сон", "Тревога"], "2000 руб")
    assert waiting(front) == []
    page.post("/update-psychologists", anketa={"minPrice": 3500, "maxPrice": "", "queries": None, "helpHandMode": " "}).ok()
    assert card(front, page)[1:3] == (500_000, ["Сон", "Тревога"]), "what is blank is not said"


def test_without_it_nothing_changes_until_the_office_says_so(front, page):
    before = card(front, page)
    answer = front.post("/update-psychologists", {"anketa": FORM, "psychologist_id": page.specialist_id}).ok()
    assert (answer["success"], answer["applied"], card(front, page)) == (True, False, before)
    (proposal,) = waiting(front)
    assert (proposal["kind"], proposal["by"], proposal["specialist_name"]) == ("profile", "nobody", "Мария Орлова")
    decided = decide(front, proposal, "accept").ok()["proposal"]
    assert (decided["state"], decided["decided_by"]) == ("accepted", "service")
    assert card(front, page) == (350_000, 500_000, ["Сон", "Тревога"], "2000 руб")
    assert [decide(front, proposal, word).status for word in ("accept", "reject")] == [409, 409]
    assert waiting(front) == [] and len(waiting(front, state="accepted")) == 1


def test_what_is_rejected_changes_nothing(front, page):
    before = card(front, page)
    front.post("/update-psychologists", {"anketa": FORM, "psychologist_id": "Орлова Мария"}).ok()
    decide(front, waiting(front)[0], "reject").ok()
    assert card(front, page) == before
    assert decide(front, {"id": "x"}, "accept").status == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"minPrice": "дорого"},
        {"minPrice": -1},
        {"maxPrice": 100, "minPrice": 200},
        {"queries": ["я" * 300]},
        {"education": [{"title": "я" * 400}]},
        {"education": [None]},
        {"helpHandMode": "как-нибудь"},
        {"helpHandMode": ["да"]},
        {"name": "Вера Иная"},
        {"surname": "Орлова"},
        {"education": [{"program_title": "Гештальт", "school": "МГУ"}]},
        {"education": ["Гештальт", {"title": " ", "year": None}]},
    ],
)
@pytest.mark.parametrize("secret", [True, False])
def test_a_form_that_no_card_can_hold_is_refused_by_its_field(front, page, wrong, secret):
    body = {"anketa": wrong, "psychologist_id": page.specialist_id} | ({"secret": page.secret} if secret else {})
    answer = front.post("/update-psychologists", body)
    assert (answer.status, answer.body["detail"][0]["loc"][:3]) == (422, ["body", "anketa", next(iter(wrong))])
    assert "яяя" not in answer.text


@pytest.mark.parametrize(
    ("mode", "kept"), [("да", "да"), (True, True), ("Бесплатно", "Бесплатно"), (2000, "2000"), ("2 000 ₽", "2 000 ₽"), ("null", "2000 руб")]
)
def test_she_may_see_people_for_nothing_for_less_or_not(front, page, mode, kept):
    page.post("/update-psychologists", anketa=FORM).ok()
    page.post("/update-psychologists", anketa={"helpHandMode": mode, "minPrice": 3500}).ok()
    assert card(front, page)[3] == kept


def test_empty_lines_of_a_form_take_no_diploma_away(front, page):
    def titles():
        shown = front.get(f"/specialists/{page.specialist_id}", SERVICE).ok()["specialist"]["profile"]["education"]
        return [one["program_title"] for one in shown]

    page.post("/update-psychologists", anketa=FORM).ok()
    page.post("/update-psychologists", anketa={"education": ["", " "], "minPrice": 3000}).ok()
    assert titles() == ["Гештальт", "Клиническая психология"]
    page.post("/update-psychologists", anketa={"education": []}).ok()
    assert titles() == []


@pytest.mark.parametrize(
    "blank", [{}, {"name": "Мария Орлова"}, {"queries": " ", "helpHandMode": "", "education": [""], "minPrice": "null"}]
)
@pytest.mark.parametrize("secret", [True, False])
def test_a_form_that_changes_nothing_is_not_said_to_be_saved(front, page, blank, secret):
    body = {"anketa": blank, "psychologist_id": page.specialist_id} | ({"secret": page.secret} if secret else {})
    answer = front.post("/update-psychologists", body)
    assert (answer.status, answer.body["detail"][0]["loc"], waiting(front)) == (422, ["body", "anketa"], [])


@pytest.mark.parametrize("blank", ["", " ", {}, [], {"Как прошло": " "}, [None, "null"]])
@pytest.mark.parametrize("secret", [True, False])
def test_words_that_say_nothing_are_refused(front, page, blank, secret):
    body = {"anketa": blank, "psychologist_name": "Мария Орлова"} | ({"secret": page.secret} if secret else {})
    answer = front.post("/psy-os", body)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "anketa"])
    assert ledger("admin") == [] and waiting(front) == []


def test_a_wrong_secret_is_no_proposal(front, page):
    for path, said in {"/update-psychologists": {}, "/psy-os": "Всё хорошо"}.items():
        assert front.post(path, {"secret": "wrong", "anketa": said, "psychologist_id": page.specialist_id}).ok() == {"error": "unauthored"}
    assert waiting(front) == []


def test_whose_it_is_must_be_known(front, page):
    specialist(front, telegram_id="5550002")
    named = {"psychologist_id": "Никто"}, {}, {"psychologist_id": "Мария Орлова"}
    assert [front.post("/update-psychologists", {"anketa": {}, **whose}).status for whose in named] == [404, 422, 409]


def test_an_address_proposes_three_times_a_day_and_a_repeat_is_no_other(front, page):
    def propose(visitor, price):
        return visitor.post("/update-psychologists", {"anketa": {"minPrice": price}, "psychologist_id": page.specialist_id})

    one, another = Visitor("203.0.113.7"), Visitor("203.0.113.8")
    assert [propose(one, price).status for price in (1, 1, 2, 3, 3)] == [200] * 5
    full = propose(one, 4)
    assert (full.status, full.body["error"]) == (429, "too_many_proposals") and int(full.headers["Retry-After"]) > 0
    assert [propose(another, price).status for price in (5, 6, 7)] == [200, 200, 429], "five of one specialist, whoever they are from"
    decide(front, waiting(front)[0], "reject").ok()
    assert propose(another, 8).status == 200


def test_of_many_at_once_no_more_are_open(front, page):
    def propose(number):
        said = {"anketa": {"minPrice": number}, "psychologist_id": page.specialist_id}
        return Visitor(f"203.0.113.{number}").post("/update-psychologists", said).status

    with OneAtATime(), ThreadPoolExecutor(8) as hands:
        assert sorted(hands.map(propose, range(1, 9))) == [200] * 5 + [429] * 3
    assert len(waiting(front)) == 5


def test_her_words_after_a_session_are_kept_and_told_once(front, page):
    words = {"anketa": {"Как прошло": "Хорошо"}, "feedback_date": "27.11 18:00"}
    assert all(page.post("/psy-os", **words).ok()["applied"] for _ in range(2))
    (told,) = ledger("admin", "admin_specialist_words")
    assert told.values["text"] == "Как прошло: Хорошо"
    (kept,) = waiting(front, state="accepted")
    assert (kept["by"], kept["said"]) == ("specialist", words)


@pytest.mark.parametrize("day", ["вчера", "0", "31.02", "27.13 18:00", "1764172800"])
@pytest.mark.parametrize("secret", [True, False])
def test_words_of_a_day_that_is_none_are_refused(front, page, day, secret):
    body = {"anketa": "Хорошо", "feedback_date": day, "psychologist_name": "Мария Орлова"} | ({"secret": page.secret} if secret else {})
    answer = front.post("/psy-os", body)
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "feedback_date"])
    assert ledger("admin") == [] and waiting(front) == []


@pytest.mark.parametrize("day", ["27.11", "27.11.2026, 18:00:00", "2026-11-27", "2026-11-27T15:00:00Z", " "])
def test_a_day_is_kept_as_it_is_written(front, page, day):
    assert page.post("/psy-os", anketa="Хорошо", feedback_date=day).ok()["applied"]
    assert waiting(front, state="accepted")[0]["said"]["feedback_date"] == (day.strip() or None)


def test_words_of_nobody_wait(front, page):
    assert front.post("/psy-os", {"anketa": "Всё хорошо", "psychologist_name": "Мария Орлова"}).ok()["applied"] is False
    assert ledger("admin", "admin_specialist_words") == []
    assert decide(front, waiting(front)[0], "accept").status == 200
    assert front.post("/psy-os", {"anketa": "я" * 20_001, "psychologist_name": "Мария Орлова"}).status in (413, 422)


def test_a_link_cancels_a_free_hour_and_never_a_session(front, page):
    slot(front, page.specialist_id, tomorrow(10))
    free = slot(front, page.specialist_id, tomorrow(12))
    ticket_id = book(front, tomorrow(10))
    assert page.get("/cancel-slot", slot=free).ok()["cancelled"] is True and desk.free(front) == []
    booked = next(row.slot_id for row in Slot.scan())
    for said in (booked, moscow(tomorrow(10)), booked):
        assert page.get("/cancel-slot", slot=said).ok()["cancelled"] is False
    assert ticket_status(front, ticket_id) == "pending"
    (told,) = ledger("admin", "admin_cancel_asked")
    assert told.values["specialist_name"] == "Мария Орлова"
    (asked,) = waiting(front)
    assert (asked["kind"], asked["ticket_id"], asked["said"]["slot_time"]) == ("cancel", ticket_id, moscow(tomorrow(10)))
    decide(front, asked, "accept").ok()
    assert ticket_status(front, ticket_id) == "cancelled" and desk.free(front) == [booked]
    assert [row.actor for row in FactRow.scan() if row.kind == "session_cancelled"] == ["office"]
    days.agree()


def test_a_request_to_cancel_what_is_over_is_refused_and_stays(front, page):
    slot(front, page.specialist_id, tomorrow(10))
    ticket_id = book(front, tomorrow(10))
    page.get("/cancel-slot", slot=moscow(tomorrow(10))).ok()
    with clock.pinned(tomorrow(11)):
        assert decide(front, waiting(front)[0], "accept").status == 410
    assert len(waiting(front)) == 1 and ticket_status(front, ticket_id) == "pending"


def test_an_hour_that_is_being_chosen_is_not_cancelled(front, page):
    slot(front, page.specialist_id, tomorrow(10))
    desk.applied(front, moscow(tomorrow(10)))
    assert page.get("/cancel-slot", slot=moscow(tomorrow(10))).status == 409


def test_the_admin_hears_once_a_day_what_waits(front, page, tick):
    morning = tomorrow(10)
    assert tick("keep_own_pages", morning)["digests"] == 0, "nothing waits"
    front.post("/psy-os", {"anketa": "Всё хорошо", "psychologist_name": "Мария Орлова"}).ok()
    hours = (tomorrow(3), morning, tomorrow(11), tomorrow(10, days=2))
    assert [tick("keep_own_pages", at)["digests"] for at in hours] == [0, 1, 0, 1]
    assert [row.values for row in ledger("admin", "admin_proposals")] == [{"count": 1, "names": "Мария Орлова"}] * 2

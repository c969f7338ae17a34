"""The site's cards: what is public of those who work here, and nothing else, at the same cost however often it is asked."""

import json

import pytest

from bench.wire import recorded
from chalicelib.booking.specialists import roster
from chalicelib.booking.specialists.models import RosterPage
from chalicelib.core import briefly
from tests.builders import SERVICE, specialist
from tests.integration.intake.rows.database import fire

PRIVATE = {"telegram_id": "5550042", "phone": "+79161112233", "email": "private@example.org", "debt": 777, "number_of_clients_provided": 5}
SAID = {"group": "Сообщество", "works_with": ["пары", "дети"], "additional_modals": ["КПТ"], "help_hand": "2000 руб", "verified": True}
FIELDS = {
    *("id", "name", "age", "sex", "group", "experience", "min_session_price", "max_session_price", "link_photo", "link_video"),
    *("main_modal", "additional_modals", "queries", "works_with", "short_description", "in_community", "verified", "is_married"),
    *("has_children", "personal_therapy_type", "personal_therapy_duration", "help_hand", "first_free", "all_with_price"),
    *("min_client_age", "max_client_age", "telegram", "vk", "site"),
}


def cards(front):
    briefly.forget_all()
    return front.get("/cards").ok()


def names(front):
    return [one["name"] for one in cards(front)]


@pytest.fixture
def many(front):
    """More specialists than are read as they stand."""
    from bench.ticks import put
    from tests.integration.booking.test_roster import person

    put([person(number) for number in range(roster.LARGE + 5)])


def test_a_card_has_the_sites_fields_in_roubles(front):
    person = specialist(front, age=41, price_min=300_000, price_max=350_050, profile=SAID)
    (card,) = cards(front)
    assert set(card) == FIELDS
    assert (card["id"], card["sex"], card["age"]) == (person, "Женщина", 41)
    assert (card["min_session_price"], card["max_session_price"]) == (3000, 3500.5)
    assert (card["queries"], card["works_with"], card["additional_modals"]) == ("тревога; сон", "пары; дети", ["КПТ"])
    assert (card["group"], card["help_hand"], card["verified"], card["is_married"]) == ("Сообщество", "2000 руб", True, None)


def test_who_says_nothing_of_himself_has_a_card_all_the_same(front):
    front.post("/specialists", {"name": "Анна Ким"}, SERVICE).ok()
    (card,) = cards(front)
    assert set(card) == FIELDS and {card["sex"], card["age"], card["min_session_price"]} == {None}
    assert (card["queries"], card["works_with"], card["additional_modals"]) == ("", "", [])


def test_his_own_requests_are_shown_where_the_office_wrote_no_topics(front):
    specialist(front, specialisations=[], profile={"queries": ["сон", "горе"]})
    assert cards(front)[0]["queries"] == "сон; горе"


def test_what_is_private_never_leaves(front):
    person = specialist(front, **PRIVATE, profile={**SAID, "telegram": "https://t.me/public_page"})
    secret = front.get(f"/specialists/{person}", SERVICE).ok()["secret"]
    for path in ("/cards", "/edu-keys-pipeline-batch"):
        text = front.get(path).text
        assert not [value for value in (*map(str, list(PRIVATE.values())[:4]), secret) if value in text]


def test_only_those_who_work_have_cards_and_those_of_the_test_contour_have_none(front):
    rests = specialist(front, name="Анна Ким")
    specialist(front, name="Яна Ли")
    specialist(front, name="Тест Тестов", contour="test")
    front.put(f"/specialists/{rests}", {"name": "Анна Ким", "active": False}, SERVICE).ok()
    assert names(front) == ["Яна Ли"]


def test_topics_that_the_office_wrote_since_are_shown(front):
    fire(
        front, "INSERT", {"id": 63, "name": "Ольга Белова", "queries": "сон; горе", "works_with": ["пары"]}, None, "hraniteli_psychologists"
    )
    assert (cards(front)[0]["queries"], cards(front)[0]["works_with"]) == ("сон; горе", "пары")
    front.put("/specialists/63", {"name": "Ольга Белова", "specialisations": ["дети"]}, SERVICE).ok()
    assert cards(front)[0]["queries"] == "дети"


def test_diplomas_name_their_bearer_as_the_site_does(front):
    specialist(
        front, name="Мария  Орлова", profile={"education": [{"program_title": "КПТ", "year": 2019, "title": "МГУ"}, {"title": "ВШЭ"}]}
    )
    rows = front.get("/edu-keys-pipeline-batch").ok()
    assert rows[0] == {"psychologist": "Мария_Орлова", "program_title": "КПТ", "year": "2019", "title": "МГУ", "doc_type": None}
    assert [row["title"] for row in rows] == ["МГУ", "ВШЭ"]


def test_a_large_house_is_shown_from_pages_as_from_its_rows(many, front, tick):
    before = cards(front)
    assert len(before) > roster.LARGE * 0.8
    tick("sweep")
    assert cards(front) == before
    front.put("/specialists/psy-1", {"name": "Яна Новая"}, SERVICE).ok()
    assert "Яна Новая" not in names(front)
    pages = {page.page: page.packed for page in RosterPage.query("live#cards")}
    tick("sweep")
    assert "Яна Новая" in names(front)
    changed = [page.page for page in RosterPage.query("live#cards") if page.packed != pages[page.page]]
    assert len(changed) == 1


def test_cards_cost_two_calls_at_most_and_none_while_they_are_remembered(many, front, tick):
    tick("sweep")
    briefly.forget_all()
    with recorded() as calls:
        front.get("/cards").ok()
    assert calls.operations == ["Query", "Query"]
    with recorded() as calls:
        front.get("/cards").ok()
        front.get("/edu-keys-pipeline-batch").ok()
    assert calls.operations == []


def test_a_page_of_another_origin_may_read_them(front):
    specialist(front)
    answer = front.get("/cards")
    assert answer.headers["Access-Control-Allow-Origin"] == "*" and json.loads(answer.text)

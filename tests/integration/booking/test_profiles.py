"""A specialist's card is filled by the back office, by the old database's rows and by himself."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.booking.specialists import changing
from chalicelib.booking.specialists.errors import SpecialistNotFound
from chalicelib.core.errors import Invalid
from tests.builders import SERVICE, specialist
from tests.integration.intake.rows.database import fire
from tests.standins.store import OneAtATime

TABLE = "hraniteli_psychologists"
ROW = {"id": 63, "name": "Ольга Белова", "queries": "тревога; сон", "works_with": ["пары"], "verified": "да"}


def read(front, person="63"):
    return front.get(f"/specialists/{person}", SERVICE).ok()["specialist"]


def shown(front, person="63"):
    return {name: value for name, value in read(front, person)["profile"].items() if value not in (None, [])}


def put(front, person, **said):
    return front.put(f"/specialists/{person}", {"name": "Мария Орлова", **said}, SERVICE)


def test_the_office_writes_a_card_and_keeps_one_that_it_does_not_name(front):
    person = specialist(front, profile={"experience": "8 лет", "queries": "сон; горе"})
    card = {"experience": "8 лет", "queries": ["сон", "горе"]}
    assert shown(front, person) == card
    put(front, person, debt=3).ok()
    assert shown(front, person) == card
    put(front, person, profile={"group": "Сообщество"}).ok()
    assert shown(front, person) == {"group": "Сообщество"}
    put(front, person, profile={}).ok()
    assert shown(front, person) == {}


def test_a_wrong_field_of_a_card_is_named(front):
    answer = put(front, specialist(front), profile={"link_photo": "http://cdn.example/1.jpg"})
    assert (answer.status, answer.body["detail"][0]["loc"]) == (422, ["body", "profile", "link_photo"])
    assert "cdn.example" not in answer.text


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("link_photo", "https://cdn.example/1.jpg", "https://cdn.example/1.jpg"),
        ("site", "olga.example/about", "https://olga.example/about"),
        ("telegram", "@olga_belova", "https://t.me/olga_belova"),
        ("vk", "vk.com/olga", "https://vk.com/olga"),
        ("additional_modals", "КПТ; схемы", ["КПТ", "схемы"]),
        ("experience", 8, "8"),
        ("min_client_age", "от 16 лет", 16),
        ("help_hand", True, True),
        ("help_hand", "2000 руб", "2000 руб"),
        ("is_married", "нет", False),
        (
            "education",
            '[{"title": "МГУ", "year": 2019, "x": 1}, 5]',
            [{"program_title": None, "year": "2019", "title": "МГУ", "doc_type": None}],
        ),
    ],
)
def test_a_rows_cell_is_read_as_people_fill_it(front, column, cell, said):
    assert "warnings" not in fire(front, "INSERT", {**ROW, column: cell}, None, TABLE).ok()
    assert shown(front)[column] == said
    assert (shown(front)["queries"], shown(front)["works_with"]) == (["тревога", "сон"], ["пары"])


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("link_photo", "javascript:alert(1)"),
        ("link_video", "http://cdn.example/1.mp4"),
        ("site", 'https://x"><script>'),
        ("group", "я" * 301),
        ("max_client_age", "взрослые"),
        ("education", "МГУ"),
        ("verified", "может быть"),
    ],
)
def test_a_cell_that_no_card_can_show_loses_nothing_else(front, column, cell):
    answer = fire(front, "INSERT", {**ROW, column: cell}, None, TABLE).ok()
    assert answer["warnings"] == [f"{column}: not understood, left as it was"]
    assert shown(front) == {"queries": ["тревога", "сон"], "works_with": ["пары"], **({"verified": True} if column != "verified" else {})}


def test_prices_come_under_the_sites_names_too(front):
    fire(front, "INSERT", {**ROW, "min_session_price": "3 000", "max_session_price": 4500}, None, TABLE).ok()
    assert (read(front)["price_min"], read(front)["price_max"]) == (300_000, 450_000)


def test_a_row_changes_only_what_was_changed_there(front):
    row = {**ROW, "group": "Сообщество", "experience": "8 лет"}
    fire(front, "INSERT", row, None, TABLE).ok()
    front.put("/specialists/63", {"name": "Ольга Белова", "profile": {"group": "Другая", "experience": "9 лет"}}, SERVICE).ok()
    assert fire(front, "UPDATE", {**row, "group": None, "verified": "да"}, row, TABLE).ok()["result"] == "updated"
    assert shown(front) == {"experience": "9 лет"}, "what was taken out there goes, what did not change there stays as the office has it"
    assert fire(front, "UPDATE", {**row, "group": None}, {**row, "group": None}, TABLE).ok()["result"] == "ignored"


def test_ages_that_came_one_before_the_other_are_put_in_order(front):
    fire(front, "INSERT", {**ROW, "min_client_age": 30, "max_client_age": 18}, None, TABLE).ok()
    assert (shown(front)["min_client_age"], shown(front)["max_client_age"]) == (18, 30)


def test_a_specialist_changes_what_he_names_and_nothing_else(front):
    person = specialist(front, profile={"experience": "8 лет"}, debt=4, telegram_id="5550077")
    changing.change_profile(person, {"queries": ["горе"], "help_hand": "Бесплатно"}, price_min=200_000)
    after = read(front, person)
    assert shown(front, person) == {"experience": "8 лет", "queries": ["горе"], "help_hand": "Бесплатно"}
    assert (after["price_min"], after["specialisations"], after["debt"], after["telegram_id"]) == (200_000, ["горе"], 4, "5550077")


def test_what_a_specialist_cannot_say_is_named_and_changes_nothing(front):
    person = specialist(front, price_max=400_000)
    before = read(front, person)
    with pytest.raises(Invalid) as refused:
        changing.change_profile(person, {"site": "ftp://x"})
    assert refused.value.detail[0]["loc"] == ["body", "site"]
    with pytest.raises(Invalid):
        changing.change_profile(person, {}, price_min=500_000)
    with pytest.raises(SpecialistNotFound):
        changing.change_profile("nobody", {})
    assert read(front, person) == before


def test_two_changes_at_once_are_both_kept(front):
    person = specialist(front)
    with OneAtATime(), ThreadPoolExecutor(2) as both:
        list(both.map(lambda one: changing.change_profile(person, one), [{"group": "А"}, {"experience": "Б"}]))
    assert shown(front, person) == {"group": "А", "experience": "Б"}

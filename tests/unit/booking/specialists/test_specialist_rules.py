"""Names, what a specialist is owed, and who fits whom."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.specialists.rules import Candidate, Wishes, coefficient, fold, gender_of, name_key, rank

WORDS = st.lists(st.text(alphabet="абвеёжЁЖ", min_size=1, max_size=6), min_size=1, max_size=4)


def person(specialist_id="1", **said):
    return Candidate(specialist_id, said.pop("name", f"Имя {specialist_id}"), **said)


def order(people, wishes=None, free=None):
    return [match.candidate.specialist_id for match in rank(people, wishes or Wishes(), free or {})]


def test_both_orders_of_a_name_are_one():
    assert name_key("Пётр Ёлкин", "live") == name_key("  елкин \u00a0 ПЕТР ", "live")


def test_the_test_contour_has_names_of_its_own():
    assert name_key("Пётр Ёлкин", "test") != name_key("Пётр Ёлкин", "live")


def test_a_longer_name_is_another_name():
    assert name_key("Анна Мария Ким", "live") != name_key("Анна Ким", "live")


@given(WORDS)
def test_the_order_of_words_never_matters(words):
    assert name_key(" ".join(words), "live") == name_key(" ".join(reversed(words)), "live")


def test_folding_keeps_the_words():
    assert fold("  Работа с\tтревогой Ё ") == "работа с тревогой е"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("Женский", "female"), (" мужчина ", "male"), ("F", "female"), ("не важно", None), ("", None), (None, None), ("женщину", None)],
)
def test_a_wish_for_a_gender(said, meant):
    assert gender_of(said) == meant


@pytest.mark.parametrize(
    ("days", "owed"),
    [
        ([], 5),
        (["2026-03-10"], 5),  # today is no longer ahead
        (["2026-03-11", "2026-03-31"], 3),
        (["2026-04-01", "2026-02-28"], 5),
        (["2026-03-11"] * 7, -2),
    ],
)
def test_sessions_after_today_until_the_months_end_are_not_owed(days, owed):
    assert coefficient(8, 3, days, date(2026, 3, 10)) == owed


def test_on_the_last_day_nothing_is_ahead():
    assert coefficient(1, 0, ["2024-02-29", "2024-03-01"], date(2024, 2, 29)) == 1


def test_who_is_named_comes_before_who_fits():
    fits = person("1", gender="female", price_min=100, specialisations=("сон",), coefficient=9)
    wishes = Wishes(gender="female", price_max=200, specialisations=("сон",), names=("Ёлкина Вера",))
    assert order([fits, person("2", name="Вера Елкина")], wishes) == ["2", "1"]


@pytest.mark.parametrize(
    ("better", "wishes"),
    [
        ({"gender": "male"}, Wishes(gender="male")),
        ({"price_min": 500}, Wishes(price_max=500)),
        ({"specialisations": ("Тревога",)}, Wishes(specialisations=("тревога",))),
        ({"coefficient": 1}, Wishes()),
    ],
)
def test_each_wish_lifts_who_meets_it(better, wishes):
    assert order([person("1", name="А"), person("2", name="Б", **better)], wishes) == ["2", "1"]


def test_the_wishes_weigh_in_their_order():
    people = [
        person("owed", coefficient=9),
        person("free"),
        person("topic", specialisations=("сон",)),
        person("price", price_min=1),
        person("gender", gender="female"),
    ]
    wishes = Wishes(gender="female", price_max=5, specialisations=("сон",))
    assert order(people, wishes, {"free": 2}) == ["gender", "price", "topic", "free", "owed"]


def test_a_price_nobody_named_meets_no_limit():
    assert order([person("1", name="А"), person("2", name="Б", price_min=300)], Wishes(price_max=300)) == ["2", "1"]
    assert order([person("1", name="А"), person("2", name="Б", price_min=301)], Wishes(price_max=300)) == ["1", "2"]


def test_equals_stand_by_name():
    assert order([person("1", name="яна"), person("2", name="Алла"), person("3", name="Ёлка"), person("4", name="Ева")]) == [
        "2",
        "4",
        "3",
        "1",
    ]


def test_nobody_is_dropped_and_each_place_has_its_reasons():
    (best, other) = rank(
        [person("1", coefficient=-1), person("2", gender="female", price_min=1, specialisations=("Сон", "Гнев"), coefficient=4)],
        Wishes(gender="female", price_max=2, specialisations=("гнев", "сон", "страх"), names=("2 имя",)),
        {"2": 3},
    )
    assert best.reasons == [
        "выбран в заявке",
        "подходит по полу",
        "подходит по цене",
        "работает с запросом: Гнев, Сон",
        "свободен в выбранное время: 3",
        "осталось назначить: 4",
    ]
    assert other.reasons == ["осталось назначить: -1"]

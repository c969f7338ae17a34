"""Cells as hands and programs fill them."""

from datetime import UTC, datetime

import pytest

from chalicelib.integrations.supabase import values
from chalicelib.integrations.supabase.schemas import SlotRow, SpecialistRow


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (35, 35.0),
        ("35 лет", 35.0),
        ("3 500,50 ₽", 3500.5),
        ("от 2000", 2000.0),
        ("-1", -1.0),
        (0, 0.0),
        ("много", None),
        (True, None),
        (None, None),
        ([5], None),
        ("infinity", None),
        ("1e999", 1.0),
        (float("inf"), None),
        ("9" * 400, None),
    ],
)
def test_a_number_is_read_out_of_words(cell, read):
    assert values.number(cell) == read


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        (["a", None], ["a"]),
        ([1, True, {"b": 1}, " c "], ["1", "c"]),
        ("a; b;", ["a", "b"]),
        ("a, b", ["a", "b"]),
        ("пары\nдети", ["пары", "дети"]),
        ('{a,"b c",NULL}', ["a", "b c"]),
        ('{"Он сказал: \\"да\\"",x}', ['Он сказал: "да"', "x"]),
        ("{}", []),
        ('["a", null, "b"]', ["a", "b"]),
        ("[нет", ["[нет"]),
        ("", []),
        (5, []),
        (None, []),
        ({"a": 1}, []),
    ],
)
def test_a_list_is_read_in_any_writing(cell, read):
    assert values.texts(cell) == read


@pytest.mark.parametrize(
    ("cell", "read"), [(True, True), ("t", True), ("Да", True), (1, True), ("нет", False), (0, False), ("может", None), ([], None)]
)
def test_a_yes_is_read_in_any_word(cell, read):
    assert values.yes(cell) is read


@pytest.mark.parametrize("cell", ["infinity", "-infinity", "вчера", 1e30, True, [], "0001"])
def test_what_is_no_moment_is_none(cell):
    assert values.moment(cell) is None


def test_a_moment_is_read():
    assert values.moment("2031-02-24 11:32:07.905+00") == datetime(2031, 2, 24, 11, 32, 7, 905_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "time", "text"),
    [
        ("2031-03-14T00:00:00+00:00", "10:00:00", "2031-03-14 10:00"),
        ("2031-03-14 00:00:00", "10:00+03", "2031-03-14 10:00"),
        ("2031-03-14", "2031-03-14T10:00:00", "2031-03-14 10:00"),
        ("14.03.31", "10:00", "14.03.31 10:00"),
        (["2031-03-14"], "10:00", None),
        ("2031-03-14", "х" * 500, None),
    ],
)
def test_a_day_and_a_time_are_read_whatever_the_columns_type(date, time, text):
    assert SlotRow.model_validate({"id": 1, "date": date, "time": time}).time_text == text


@pytest.mark.parametrize(
    "columns",
    [
        {"confirmed": ""},
        {"confirmed": "может быть"},
        {"minutes": 0},
        {"minutes": "час"},
        {"updated_at": "infinity"},
        {"client_id": "x" * 900},
        {"ticket": [1]},
    ],
)
def test_no_slot_row_is_lost_for_a_side_column(columns):
    row = SlotRow.model_validate({"id": 1, "date": "14.03", "time": "10:00", **columns})
    assert (row.time_text, getattr(row, next(iter(columns)))) == ("14.03 10:00", None)


def test_what_was_not_understood_is_named_and_blanks_are_not():
    row = SpecialistRow.model_validate({"id": 1, "name": "Ольга", "age": "взрослая", "sex": "", "queries": ["a", None], "debt": "null"})
    assert (row.unread, row.topics, row.debt) == (["age"], ["a"], None)


def test_a_sentinel_of_text_is_a_row_without_the_column():
    assert SpecialistRow.model_validate({"id": 1, "name": "Ольга", "min_price": "undefined"}).unread == []

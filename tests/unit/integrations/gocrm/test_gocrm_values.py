"""Single values of Go-CRM: numbers as text, money with commas, wall clocks, coordinates, hostile text."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.integrations.gocrm import values
from tests.proofs import size

UFA = ZoneInfo("Asia/Yekaterinburg")


@pytest.mark.parametrize(
    ("said", "kopecks"),
    [
        (3000, 300_000),
        (3000.0, 300_000),
        (0.1, 10),
        (19.99, 1999),
        ("3000", 300_000),
        ("1 234,50", 123_450),
        ("1\u00a0234,5\u202fруб.", 123_450),
        ("2 000.00 ₽", 200_000),
        ("0,005", 1),
        ("-500", -50_000),
        (0, 0),
        ("", None),
        ("бесплатно", None),
        ("1e9", None),
        ("9" * 40, None),
        (float("nan"), None),
        (float("inf"), None),
        (True, None),
        (None, None),
        ({}, None),
    ],
)
def test_roubles_become_kopecks(said, kopecks):
    assert values.kopecks(said) == kopecks


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2027-01-07 12:00:00", "2027-01-07T12:00:00+05:00"),
        ("2027-01-07T12:00", "2027-01-07T12:00:00+05:00"),
        ("2026-12-31 23:59:59", "2026-12-31T23:59:59+05:00"),
        ("2027-01-01 00:00:00", "2027-01-01T00:00:00+05:00"),
        ("7.01.2027 9:05:00", None),
        ("7.01.2027 09:05", "2027-01-07T09:05:00+05:00"),
        ("2026-12-31T19:00:00Z", "2027-01-01T00:00:00+05:00"),
        ("2027-01-07T12:00:00.000000+03:00", "2027-01-07T14:00:00+05:00"),
        (1798743600, "2027-01-01T00:00:00+05:00"),
        ("1798743600000", "2027-01-01T00:00:00+05:00"),
        ("0000-00-00 00:00:00", None),
        ("0001-01-01 00:00:00", None),
        ("9999-12-31 23:59:59", None),
        ("завтра", None),
        ("²" * 10, None),
        ("", None),
        (None, None),
        ([], None),
        (True, None),
    ],
)
def test_a_time_is_of_the_branchs_clock_unless_it_says_another(said, read):
    found = values.moment(said, UFA)
    assert (found.isoformat() if found else None) == read


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2019-11-18", date(2019, 11, 18)),
        ("18.11.2019", date(2019, 11, 18)),
        ("2019-11-18 00:00:00", date(2019, 11, 18)),
        ("2019-11-17T19:00:00.000000Z", date(2019, 11, 18)),
        ("2020-02-29", date(2020, 2, 29)),
        ("2019-02-29", None),
        ("0000-00-00", None),
        ("", None),
    ],
)
def test_a_day_is_a_day_however_it_is_written(said, read):
    assert values.day(said, UFA) == read


@pytest.mark.parametrize(("said", "read"), [(8, 8), ("8", 8), (8.0, 8), ("8,0", 8), (-2, -2), (8.5, None), ("восемь", None), (True, None)])
def test_whole_numbers(said, read):
    assert values.whole(said) == read


@pytest.mark.parametrize(
    ("said", "read"),
    [(1, True), ("1", True), (True, True), ("visited", True), (0, False), ("0", False), ("", False), ("Нет", False), (None, None)],
)
def test_flags(said, read):
    assert values.flag(said) is read


@pytest.mark.parametrize(
    ("ours", "point"),
    [
        ({"lat": "54.7351", "lng": "55.9587"}, (54.7351, 55.9587)),
        ({"lat": "54,7351", "lng": "55,9587"}, (54.7351, 55.9587)),
        ({"lat": 54.7351, "lng": 55}, (54.7351, 55.0)),
        ({"point": "54.7351, 55.9587"}, (54.7351, 55.9587)),
        ({"point": "54.7351;55.9587"}, (54.7351, 55.9587)),
        ({"point": ["54.7351", 55.9587]}, (54.7351, 55.9587)),
        ({"point": {"lat": 1}, "lat": 1, "lng": 2}, (1.0, 2.0)),
        ({"lat": "0", "lng": "0.000"}, None),
        ({"lat": "91", "lng": "10"}, None),
        ({"lat": "10", "lng": "181"}, None),
        ({"lat": "54.7351"}, None),
        ({"lat": "north", "lng": "east"}, None),
        ({"point": "улица Лесная"}, None),
        ({}, None),
    ],
)
def test_coordinates_come_in_several_spellings(ours, point):
    assert values.point(ours) == (point and {"lat": point[0], "lng": point[1]})


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("  Ася ", "Ася"),
        ("А\x00с\u202eя\ud800", "Ася"),
        (12, "12"),
        (["+73470000001", "+7"], "+73470000001"),
        ("<b>Ася</b>", "<b>Ася</b>"),
        ("=1+1", "=1+1"),
        ("й" * 5000, "й" * values.LONGEST_TEXT),
        ("\u200b", None),
        (True, None),
        ({"a": 1}, None),
        ([], None),
    ],
)
def test_text_is_what_can_be_seen(said, read):
    assert values.text(said) == read


@pytest.mark.parametrize(
    ("said", "kind", "written"),
    [
        ("+7 (916) 000-11-22", "digits", "79160001122"),
        ("7 916 000 11 22", "plus_digits", "+79160001122"),
        ("нет", "plus_digits", ""),
        (date(2019, 5, 4), "dotted_day", "04.05.2019"),
        ("2019-05-04", "dotted_day", "04.05.2019"),
        ("весной", "dotted_day", "весной"),
        ("04.05.2019", "iso_day", "2019-05-04"),
        (datetime(2026, 12, 31, 19, 30, tzinfo=UTC), "wall", "2027-01-01 00:30:00"),
        ("1001", "integer", 1001),
        ("forest", "integer", "forest"),
        (True, "integer", 1),
        ("", "integer", None),
        (None, "wall", None),
        (" x ", "text", "x"),
    ],
)
def test_values_are_written_as_go_crm_wants_them(said, kind, written):
    assert values.write(said, kind, UFA) == written


@pytest.mark.parametrize(
    ("said", "read"),
    [("a.b-c", "a.b-c"), ("j" * 3000, "j" * 3000), ("j" * 5000, None), ("a b", None), ("a\r\nX: y", None), ("ключ", None), (7, None)],
)
def test_a_token_is_whole_or_none(said, read):
    assert values.line(said) == read


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
READERS = (
    values.text,
    values.ident,
    values.idents,
    values.line,
    values.kopecks,
    values.whole,
    values.flag,
    values.word,
    values.moment,
    values.day,
)


@settings(max_examples=size(50, full=150), deadline=None)
@given(ANYTHING)
def test_nothing_that_comes_is_an_error(said):
    for reader in READERS:
        reader(said, UFA)
    values.point({"point": said, "lat": said, "lng": said})
    (values.text(said) or "").encode()

"""How people write times: the nearest such moment, whatever day it is today."""

from datetime import UTC, datetime, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.slots.rules import slot_text
from chalicelib.booking.slots.wording import is_time, names_moment, parse_time, split_times

MOSCOW = ZoneInfo("Europe/Moscow")
NOW = datetime(2026, 12, 28, 9, 30, tzinfo=UTC)

moments = st.integers(0, 100 * 365 * 24 * 60).map(lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes))
borders = st.builds(
    lambda year, month, day, drift: datetime(year, month, day, tzinfo=MOSCOW).astimezone(UTC) + timedelta(minutes=drift),
    st.integers(2024, 2110),
    st.sampled_from([1, 2, 3, 12]),
    st.sampled_from([1, 28]),
    st.integers(-2000, 2000),
)
nows = moments | borders
WRITTEN = ["{0:%d.%m %H:%M}", "{0.day}.{0.month} {0:%H:%M}", "{0:%d.%m} / {0:%H:%M}", " {0:%d.%m}, {0:%H:%M}:00 "]


def at(text, now=NOW):
    return parse_time(text, now, MOSCOW)


@given(now=nows, wanted=nows, written=st.sampled_from(WRITTEN))
def test_a_time_without_a_year_is_the_nearest_such_moment(now, wanted, written):
    local = wanted.astimezone(MOSCOW).replace(second=0, microsecond=0)
    found = at(written.format(local), now)
    here = found.astimezone(MOSCOW)
    assert (here.month, here.day, here.hour, here.minute) == (local.month, local.day, local.hour, local.minute)
    others = [_moved(here, year) for year in (here.year - 1, here.year + 1)]
    assert all(other is None or abs(other - now) >= abs(found - now) for other in others), "another such moment was nearer"


def _moved(moment, year):
    try:
        return moment.replace(year=year)
    except ValueError:
        return None


@given(now=nows, ahead=st.integers(-180 * 24 * 60, 180 * 24 * 60))
def test_what_is_printed_is_read_back(now, ahead):
    moment = (now + timedelta(minutes=ahead + 1)).replace(second=0, microsecond=0)
    assert at(slot_text(moment, MOSCOW), now) == moment
    assert names_moment(slot_text(moment, MOSCOW), moment, MOSCOW)


@given(text=st.text(max_size=40) | st.from_regex(r"\s*\d{1,2}\.\d{1,2}(\.\d{4})?\s*[/,]?\s+\d{1,2}:\d{2}(:00)?\s*", fullmatch=True))
def test_any_text_is_a_moment_or_a_value_error(text):
    try:
        found = at(text)
    except ValueError:
        return
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("03.01 10:00", datetime(2027, 1, 3, 7, tzinfo=UTC)),
        ("28.12 12:30", NOW),
        ("28.12 12:29", datetime(2026, 12, 28, 9, 29, tzinfo=UTC)),
        ("27.11 в 18:00", datetime(2026, 11, 27, 15, tzinfo=UTC)),
        ("27.11 18:00 МСК", datetime(2026, 11, 27, 15, tzinfo=UTC)),
        ("27.11, 18:00 (по Москве)", datetime(2026, 11, 27, 15, tzinfo=UTC)),
        ("16.08.2026 с 9:00 до 14:45;", datetime(2026, 8, 16, 6, tzinfo=UTC)),
        ("27.11 9:00 – 10:00", datetime(2026, 11, 27, 6, tzinfo=UTC)),
        ("27-11-2026 18:00", datetime(2026, 11, 27, 15, tzinfo=UTC)),
        ("27.11.26 18.00", datetime(2026, 11, 27, 15, tzinfo=UTC)),
        ("пт, 27 ноября в 18:00", datetime(2026, 11, 27, 15, tzinfo=UTC)),
        ("1 мая 2027 г. 10:00", datetime(2027, 5, 1, 7, tzinfo=UTC)),
        ("2026-11-27T00:00:00 18:00", datetime(2026, 11, 27, 15, tzinfo=UTC)),
        ("2026-11-27 18:00:00", datetime(2026, 11, 27, 15, tzinfo=UTC)),
        ("11/03 10:00", datetime(2027, 3, 11, 7, tzinfo=UTC)),
        ("1.1.27 10:00", datetime(2027, 1, 1, 7, tzinfo=UTC)),
        ("01.01 00:00", datetime(2026, 12, 31, 21, tzinfo=UTC)),
        ("01.01 02:59", datetime(2026, 12, 31, 23, 59, tzinfo=UTC)),
        ("29.02 09:00", datetime(2028, 2, 29, 6, tzinfo=UTC)),
        ("11.3 10:00", datetime(2027, 3, 11, 7, tzinfo=UTC)),
        ("11.03 / 10:00", datetime(2027, 3, 11, 7, tzinfo=UTC)),
        ("11.03.2026 10:00", datetime(2026, 3, 11, 7, tzinfo=UTC)),
        ("2027-03-11T10:00", datetime(2027, 3, 11, 7, tzinfo=UTC)),
        ("2027-03-11T10:00:00+05:00", datetime(2027, 3, 11, 5, tzinfo=UTC)),
        ("2027-03-11T07:00:00Z", datetime(2027, 3, 11, 7, tzinfo=UTC)),
    ],
)
def test_a_december_reader_reads(text, moment):
    assert at(text) == moment


def test_the_leap_day_after_a_century_that_has_none_is_found():
    assert at("29.02 10:00", datetime(2101, 3, 1, tzinfo=UTC)) == datetime(2104, 2, 29, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["31.02 10:00", "30.02 10:00", "32.01 10:00", "00.00 00:00", "11.13 10:00", "11.03 24:00", "11.03 10:60", "29.02.2027 10:00"]
)
def test_a_date_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError, match="no such date"):
        at(text)


@pytest.mark.parametrize("text", ["", "завтра", "11.03", "10:00", "11.03 10", "11.03 10:00 или позже", "+7 904 550-15-27"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        at(text)


@pytest.mark.parametrize("text", ["01.01.0001 00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_moment_before_or_after_time_itself_is_refused(text):
    with pytest.raises(ValueError, match=r"no such date|expected"):
        at(text)


def test_a_past_moment_is_named_by_its_day_and_time():
    past = datetime(2026, 3, 11, 7, tzinfo=UTC)
    assert names_moment("11.3 / 10:00", past, MOSCOW)
    assert names_moment("2026-03-11T10:00", past, MOSCOW)
    assert not names_moment("11.03 10:01", past, MOSCOW)
    assert not names_moment("11.03.2027 10:00", past, MOSCOW)
    assert not names_moment("скоро", past, MOSCOW)


def test_moscow_time_is_moscows_wherever_the_business_is():
    assert parse_time("27.11 18:00 МСК", NOW, ZoneInfo("Asia/Yekaterinburg")) == datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert parse_time("27.11 18:00", NOW, ZoneInfo("Asia/Yekaterinburg")) == datetime(2026, 11, 27, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("28.11 10:00, 28.11 12:00", ["28.11 10:00", "28.11 12:00"]),
        ("28.11, 10:00, 29.11, 11:00", ["28.11, 10:00", "29.11, 11:00"]),
        ("28.11 с 9:00 до 10:00; 29.11 10:00\n30.11 10:00", ["28.11 с 9:00 до 10:00", "29.11 10:00", "30.11 10:00"]),
        ("28.11 в 10:00 и 29.11 в 12:00", ["28.11 в 10:00", "29.11 в 12:00"]),
        ("пт, 27 ноября в 18:00, сб, 28 ноября в 10:00", ["пт, 27 ноября в 18:00", "сб, 28 ноября в 10:00"]),
        ("2026-11-27T10:00:00+03:00", ["2026-11-27T10:00:00+03:00"]),
        ("4817", ["4817"]),
        ("", []),
    ],
)
def test_several_times_in_one_text_are_parted(text, times):
    assert split_times(text) == times


def test_a_hostile_list_is_read_in_a_moment():
    started = perf_counter()
    split_times("," * 100_000 + "1.1 " * 50_000)
    assert perf_counter() - started < 1


def test_an_id_is_no_time():
    assert not any(is_time(text) for text in ("4817", "20261127", "01M8AM67S2Q3AAK60D13GGKV0T"))
    assert is_time("27.11 18.00")

"""How people write times: the next such moment, whatever day it is today."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.slots.rules import names_moment, parse_time, slot_text

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
def test_a_time_without_a_year_is_the_next_such_moment(now, wanted, written):
    local = wanted.astimezone(MOSCOW).replace(second=0, microsecond=0)
    found = at(written.format(local), now)
    here = found.astimezone(MOSCOW)
    assert (here.month, here.day, here.hour, here.minute) == (local.month, local.day, local.hour, local.minute)
    assert found >= now
    between = [_moved(here, year) for year in range(now.astimezone(MOSCOW).year, here.year)]
    assert all(earlier is None or earlier < now for earlier in between), "an earlier such moment was ahead"


def _moved(moment, year):
    try:
        return moment.replace(year=year)
    except ValueError:
        return None


@given(now=nows, ahead=st.integers(0, 300 * 24 * 60))
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
        ("28.12 12:29", datetime(2027, 12, 28, 9, 29, tzinfo=UTC)),
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
    assert at("29.02 10:00", datetime(2096, 3, 1, tzinfo=UTC)) == datetime(2104, 2, 29, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["31.02 10:00", "30.02 10:00", "32.01 10:00", "00.00 00:00", "11.13 10:00", "11.03 24:00", "11.03 10:60", "29.02.2027 10:00"]
)
def test_a_date_that_does_not_exist_is_refused(text):
    with pytest.raises(ValueError, match="no such date"):
        at(text)


@pytest.mark.parametrize("text", ["", "завтра", "11.03", "10:00", "11.03 10", "11/03 10:00", "1.1.27 10:00", "11.03 10:00 МСК"])
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

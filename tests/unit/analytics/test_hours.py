"""Waits by working hours: nights, week-ends, midnight, and the days on which clocks are changed."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from chalicelib.analytics.counts import hours
from chalicelib.core.settings import Settings

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
USUAL = "mon-fri 10:00-19:00"
HOUR = 3600


def waited(text, first, last, zone=MOSCOW):
    return hours.within(hours.read(text), zone, *(datetime.fromisoformat(at).replace(tzinfo=zone).astimezone(UTC) for at in (first, last)))


@pytest.mark.parametrize(
    ("first", "last", "seconds"),
    [
        ("2026-11-23T11:00", "2026-11-23T11:04", 240),
        ("2026-11-23T09:00", "2026-11-23T10:05", 300),  # came before the day began
        ("2026-11-23T18:50", "2026-11-24T10:05", 900),  # 10 minutes of the evening, 5 of the morning
        ("2026-11-20T18:59", "2026-11-23T10:01", 120),  # over a week-end
        ("2026-11-21T12:00", "2026-11-21T13:00", 0),  # answered on Saturday: nobody had to be there
        ("2026-11-23T19:00", "2026-11-24T10:00", 0),  # the hours are half-open
        ("2026-11-16T10:00", "2026-11-23T10:00", 45 * HOUR),  # five days of nine hours
        ("2026-11-23T11:00", "2026-11-23T11:00", 0),
    ],
)
def test_what_lies_outside_the_hours_does_not_count(first, last, seconds):
    assert waited(USUAL, first, last) == seconds


def test_several_spans_a_day_and_a_week_that_goes_over_its_end():
    text = "mon-fri 9:00-13:00, mon-fri 14:00-18:00, sat-sun 11:00-12:00"
    assert waited(text, "2026-11-23T12:30", "2026-11-23T14:30") == HOUR  # without the hour of lunch
    assert waited("fri-mon 10:00-11:00", "2026-11-20T00:00", "2026-11-27T00:00") == 4 * HOUR  # Friday to Monday
    assert waited("mon 10:00-12:00, mon 11:00-13:00", "2026-11-23T00:00", "2026-11-24T00:00") == 3 * HOUR, "what overlaps counts once"


def test_hours_over_midnight_belong_to_both_days():
    assert waited("mon 22:00-02:00", "2026-11-23T23:30", "2026-11-24T00:30") == HOUR
    assert waited("mon 22:00-02:00", "2026-11-24T01:00", "2026-11-24T23:00") == HOUR
    assert waited("mon-sun 00:00-24:00", "2026-11-23T12:00", "2026-11-25T12:00") == 48 * HOUR
    assert waited("mon 10:00-24:00", "2026-11-23T23:00", "2026-11-24T01:00") == HOUR


def test_a_day_whose_clocks_are_changed_is_as_long_as_it_was():
    # 25 October 2026: 03:00 becomes 02:00; 29 March 2026: 02:00 becomes 03:00
    assert waited("sun 00:00-06:00", "2026-10-25T00:00", "2026-10-25T12:00", BERLIN) == 7 * HOUR
    assert waited("sun 00:00-06:00", "2026-03-29T00:00", "2026-03-29T12:00", BERLIN) == 5 * HOUR
    assert waited(USUAL, "2026-10-23T18:00", "2026-10-26T11:00", BERLIN) == 2 * HOUR, "office hours go by the clock on the wall"


def test_hours_that_change_count_from_their_day_on():
    text = "mon-fri 10:00-19:00; 2026-11-25 mon-sat 09:00-20:00"
    assert waited(text, "2026-11-24T00:00", "2026-11-25T00:00") == 9 * HOUR
    assert waited(text, "2026-11-25T00:00", "2026-11-26T00:00") == 11 * HOUR
    assert waited("2026-11-25 mon-sat 09:00-20:00; mon-fri 10:00-19:00", "2026-11-24T00:00", "2026-11-26T00:00") == 20 * HOUR


def test_any_two_moments_in_a_row_add_up():
    """A wait is the sum of its parts, wherever it is cut."""
    first, weeks = datetime(2026, 10, 22, 13, 7, tzinfo=UTC), hours.read("mon-fri 9:00-13:00, fri 22:00-03:00")
    steps = [first + timedelta(minutes=97 * step) for step in range(120)]
    parts = sum(hours.within(weeks, BERLIN, *pair) for pair in pairwise(steps))
    assert parts == hours.within(weeks, BERLIN, steps[0], steps[-1]) > 0


@pytest.mark.parametrize("text", ["", "mon 10-19", "mon-fri 10:00-25:00", "пн-пт 10:00-19:00", "mon 10:00-19:00;", "10:00-19:00"])
def test_what_says_no_hours_is_no_setting(text):
    with pytest.raises(ValidationError):
        Settings(sales_hours=text)

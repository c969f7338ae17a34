"""Midnight, neighbours, rounding, and what is paid of an entry."""

from datetime import date
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from chalicelib.team.hours import rules
from chalicelib.team.hours.rules import Span

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 31)


def entry(starts=None, ends=None, day=DAY, **said):
    begins, until = rules.span(day, starts, ends, MOSCOW) if starts else (None, None)
    return SimpleNamespace(begins=begins, until=until, work_date=day.isoformat(), **said)


@pytest.mark.parametrize(
    ("starts", "ends", "hours", "minutes"),
    [
        ("09:00", "17:30", 850, 510),
        ("22:00", "06:00", 800, 480),
        ("00:00", "00:00", 2400, 1440),
        ("10:00", "09:59", 2398, 1439),
        ("23:59", "00:00", 2, 1),
        ("10:00", "10:20", 33, 20),
        ("10:00", "10:03", 5, 3),
    ],
)
def test_an_end_that_is_no_later_is_of_the_next_day(starts, ends, hours, minutes):
    assert (rules.hours(rules.span(DAY, starts, ends, MOSCOW)), rules.length(starts, ends)) == (hours, minutes)


def test_a_night_on_which_clocks_change_is_as_long_as_it_was():
    assert rules.hours(rules.span(date(2026, 3, 28), "22:00", "06:00", BERLIN)) == 700
    assert rules.hours(rules.span(date(2026, 10, 24), "22:00", "06:00", BERLIN)) == 900
    never = rules.span(date(2026, 3, 29), "02:30", "03:15", BERLIN)
    assert never.end < never.start, "an hour that was not: whoever writes it is told"


@pytest.mark.parametrize(
    ("day", "starts", "ends", "is_taken"),
    [
        (DAY, "08:00", "09:00", False),
        (DAY, "08:00", "09:01", True),
        (DAY, "21:00", "22:00", True),
        (DAY, "23:59", "00:30", True),
        (date(2026, 4, 1), "05:59", "07:00", True),
        (date(2026, 4, 1), "06:00", "07:00", False),
        (date(2026, 3, 30), "23:00", "09:00", False),
        (date(2026, 3, 30), "23:00", "09:01", True),
    ],
)
def test_neighbours_touch_and_nothing_overlaps_also_across_a_month_s_end(day, starts, ends, is_taken):
    standing = [entry("09:00", "12:00"), entry(), entry("20:00", "06:00")]
    assert bool(rules.overlapping(rules.span(day, starts, ends, MOSCOW), standing)) is is_taken
    assert rules.overlapping(None, standing) is None


def test_a_day_has_twenty_four_hours_of_its_own():
    entries = [entry(hours=2350), entry(hours=800, day=date(2026, 3, 30)), entry(hours=49)]
    assert rules.left("2026-03-31", entries) == 1


@pytest.mark.parametrize(
    ("hours", "rate", "units", "each", "hourly", "piecework"),
    [
        (850, 35_050, 3_000, 10_000, 297_925, 30_000),
        (33, 10_001, 1, 500, 3_300, 1),
        (50, 1, 500, 1, 1, 1),
        (49, 1, 499, 1, 0, 0),
        (2400, 10**9, 10**9, 10**9, 24 * 10**9, 10**15),
    ],
)
def test_an_entry_is_worth_its_own_rate_halves_up_and_the_other_quantity_nothing(hours, rate, units, each, hourly, piecework):
    worked = SimpleNamespace(hours=hours, hourly_rate=rate, units=units, piece_rate=each)
    assert (rules.amount(worked, "hourly"), rules.amount(worked, "piecework")) == (hourly, piecework)
    assert (rules.rate(worked, "hourly"), rules.rate(worked, "piecework")) == (rate, each)


def test_a_span_is_of_seconds():
    assert rules.span(date(1970, 1, 1), "03:00", "04:00", MOSCOW) == Span(0, 3600)

"""Pieces of time: what overlaps, and in which days it lies."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.calendar.rules import Interval, covers, expiry, interval, over, unpack

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
intervals = st.builds(
    lambda start, length, ref, offered: Interval(start, start + length, ref, offered),
    st.integers(0, 4_000_000_000),
    st.integers(1, 86_400),
    st.text(min_size=1, max_size=40),
    st.booleans(),
)


@given(one=intervals)
def test_what_is_packed_is_unpacked(one):
    assert unpack({one.pack()}) == {one}


@given(one=intervals, other=intervals)
def test_overlapping_is_mutual_and_by_minutes(one, other):
    shared = max(one.start, other.start) < min(one.end, other.end)
    assert one.overlaps(other) == other.overlaps(one) == shared
    if shared:
        assert set(one.days) & set(other.days), "whoever overlaps is found in a day of both"


@pytest.mark.parametrize(
    ("start", "minutes", "days"),
    [
        (NOON, 60, ["2026-12-01"]),
        (NOON.replace(hour=23), 60, ["2026-12-01"]),
        (NOON.replace(hour=23), 61, ["2026-12-01", "2026-12-02"]),
        (NOON, 24 * 60, ["2026-12-01", "2026-12-02"]),
        (NOON.replace(hour=0), 24 * 60, ["2026-12-01"]),
    ],
)
def test_the_days_of_an_interval(start, minutes, days):
    assert interval(start, minutes, "s").days == days


def test_nobody_stands_in_his_own_way():
    one = interval(NOON, 60, "a")
    assert over(one, {one, interval(NOON + timedelta(minutes=60), 60, "b"), interval(NOON, 30, "c")}) == [interval(NOON, 30, "c")]


def test_a_day_is_kept_for_weeks():
    assert expiry("2026-12-01") > datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("times", "inside"),
    [
        ([], False),
        ([(0, 10)], True),
        ([(2, 8)], True),
        ([(3, 8)], False),
        ([(0, 7)], False),
        ([(5, 8), (0, 5)], True),
        ([(0, 4), (5, 9)], False),
        ([(0, 9), (1, 3)], True),
    ],
)
def test_time_is_inside_where_no_moment_is_left_out(times, inside):
    assert covers([Interval(start, end, f"{start}") for start, end in times], Interval(2, 8, "it")) is inside

"""What a session's state asks of its meeting, and which pieces of an account's time it takes."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.conference.rules import QUARTER, Meeting, Plan, Step, quarters, step

NOON = datetime(2027, 3, 14, 9, 0, tzinfo=UTC)
PLAN = Plan("01KQ7Y3V9M2C8RT4W6ZB5XJ1HE", "Мария Орлова", NOON, 60)
MADE = Meeting("zoom", "81", "https://zoom.example/j/81", NOON, 60)
BEGUN = Meeting("meet", "e1", "", NOON, 60)
ELSEWHERE = Meeting("zoom", "81", "https://zoom.example/j/81", NOON, 90)


@pytest.mark.parametrize("status", ["pending", "confirmed"])
@pytest.mark.parametrize(
    ("meeting", "awaits", "wanted"),
    [
        (None, False, Step.OPEN),
        (None, True, Step.NOTHING),
        (BEGUN, False, Step.OPEN),
        (MADE, False, Step.NOTHING),
        (MADE, True, Step.NOTHING),
        (ELSEWHERE, False, Step.MOVE),
    ],
)
def test_a_live_session_has_a_meeting_at_its_time(status, meeting, awaits, wanted):
    assert step(status, awaits_payment=awaits, plan=PLAN, meeting=meeting, now=NOON - timedelta(days=1)) is wanted


@pytest.mark.parametrize(("meeting", "wanted"), [(None, Step.NOTHING), (BEGUN, Step.CLOSE), (MADE, Step.CLOSE)])
def test_a_cancelled_session_has_none(meeting, wanted):
    assert step("cancelled", awaits_payment=False, plan=PLAN, meeting=meeting, now=NOON) is wanted


@pytest.mark.parametrize("status", ["completed", "missed"])
def test_a_session_that_ended_is_left_as_it_was(status):
    assert step(status, awaits_payment=False, plan=PLAN, meeting=ELSEWHERE, now=NOON) is Step.NOTHING


@pytest.mark.parametrize(("minutes", "wanted"), [(59, Step.OPEN), (60, Step.NOTHING)])
def test_a_meeting_is_made_until_the_session_is_over(minutes, wanted):
    assert step("confirmed", awaits_payment=False, plan=PLAN, meeting=None, now=NOON + timedelta(minutes=minutes)) is wanted


def test_an_event_has_an_id_that_calendars_take_and_a_topic_of_its_own():
    other = Plan("01KQ7Y3V9M2C8RT4W6ZB5XJ1HF", "Мария Орлова", NOON, 60)
    assert set(PLAN.event_id) <= set("0123456789abcdefghijklmnopqrstuv") and 5 <= len(PLAN.event_id) <= 1024
    assert (PLAN.event_id, PLAN.topic) != (other.event_id, other.topic)
    assert PLAN.topic != other.topic and len(PLAN.topic) < 200


moments = st.integers(0, 2_000_000).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(moments, st.integers(5, 1440), st.integers(-12, 14))
def test_quarters_cover_the_time_and_no_more(start, minutes, offset):
    start = start.astimezone(timezone(timedelta(hours=offset)))
    end = start + timedelta(minutes=minutes)
    found = list(quarters(start, end))
    assert found[0] <= start < found[0] + QUARTER and found[-1] < end <= found[-1] + QUARTER
    assert all(later - earlier == QUARTER for earlier, later in pairwise(found))
    assert len(found) <= 97, "a transaction takes a hundred rows"


@given(moments, moments, st.integers(5, 240), st.integers(5, 240))
def test_times_that_overlap_share_a_quarter(one, other, minutes, others):
    ends = one + timedelta(minutes=minutes), other + timedelta(minutes=others)
    shared = set(quarters(one, ends[0])) & set(quarters(other, ends[1]))
    assert shared or not (one < ends[1] and other < ends[0])

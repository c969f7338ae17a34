"""Weeks and months of the Moscow calendar: whatever the moment, whatever midnight it is near."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.booking.schedules import rules
from chalicelib.booking.schedules.schemas import Day, ScheduleSlot, Week
from chalicelib.booking.specialists.rules import coefficient, provided_this_month

MOSCOW = ZoneInfo("Europe/Moscow")
MOMENTS = st.integers(1_420_070_400, 2_871_763_199).map(lambda second: datetime.fromtimestamp(second, UTC))
"""From 2015 on Moscow keeps one offset: what differs by the season there is only the month's length."""

BORDERS = [
    "2026-11-30T20:59:59.999999+00:00",  # the last moment of November in Moscow
    "2026-11-30T21:00:00+00:00",  # December there, November in UTC
    "2026-12-31T21:00:00+00:00",  # the next year there
    "2027-01-01T00:00:00+00:00",
    "2028-02-28T21:00:00+00:00",  # the 29th of February
    "2028-02-29T21:00:00+00:00",
]


def at_borders(test):
    for text in BORDERS:
        test = example(now=datetime.fromisoformat(text))(test)
    return test


def local(moment):
    return moment.astimezone(MOSCOW)


def inside(moment, span):
    return span[0] <= moment < span[1]


@at_borders
@given(now=MOMENTS)
def test_the_two_parts_of_a_month_meet_at_midnight_and_make_it_whole(now):
    so_far, rest = rules.month_so_far(now, MOSCOW), rules.rest_of_month(now, MOSCOW)
    assert so_far[1] == rest[0]
    assert [(local(end).day, local(end).hour, local(end).minute) for end in (so_far[0], rest[1])] == [(1, 0, 0)] * 2
    assert timedelta(days=28) <= rest[1] - so_far[0] <= timedelta(days=31)
    assert inside(now, so_far)
    assert so_far[1] - now <= timedelta(days=1)


@at_borders
@given(now=MOMENTS)
def test_after_today_excludes_today_and_the_next_month(now):
    first, before = rules.rest_of_month(now, MOSCOW)
    today = local(now).date()
    assert local(first).date() == today + timedelta(days=1)
    assert local(before - timedelta(microseconds=1)).date().month == today.month
    assert (first == before) == ((today + timedelta(days=1)).month != today.month)


@given(now=MOMENTS, shift=st.integers(-40 * 86_400, 40 * 86_400))
@example(now=datetime(2026, 11, 30, 20, 59, tzinfo=UTC), shift=60)
@example(now=datetime(2026, 12, 31, 21, 0, tzinfo=UTC), shift=-1)
def test_a_session_counts_by_its_moscow_day(now, shift):
    start = now + timedelta(seconds=shift)
    same_month = (local(start).year, local(start).month) == (local(now).year, local(now).month)
    assert inside(start, rules.month_so_far(now, MOSCOW)) == (same_month and local(start).date() <= local(now).date())
    assert inside(start, rules.rest_of_month(now, MOSCOW)) == (same_month and local(start).date() > local(now).date())


@given(now=MOMENTS, shifts=st.lists(st.integers(-40 * 86_400, 40 * 86_400), max_size=20), debt=st.integers(-50, 50))
def test_what_is_owed_is_the_debt_without_the_whole_months_sessions(now, shifts, debt):
    starts = [now + timedelta(seconds=shift) for shift in shifts]
    provided = sum(inside(start, rules.month_so_far(now, MOSCOW)) for start in starts)
    ahead = [local(start).date().isoformat() for start in starts if inside(start, rules.rest_of_month(now, MOSCOW))]
    today = rules.today(now, MOSCOW)
    in_month = sum((local(start).year, local(start).month) == (today.year, today.month) for start in starts)
    assert coefficient(debt, provided, ahead, today) == debt - in_month
    assert coefficient(debt, provided, [local(start).date().isoformat() for start in starts], today) == debt - in_month


@at_borders
@given(now=MOMENTS)
def test_a_schedule_starts_on_this_weeks_monday_and_shows_four_weeks(now):
    first, before = rules.shown(now, MOSCOW)
    assert (local(first).weekday(), local(first).hour, local(first).minute) == (0, 0, 0)
    assert before - first == timedelta(weeks=4)
    assert first <= now < first + timedelta(weeks=1)


@pytest.mark.parametrize(
    ("now", "today", "monday"),
    [
        ("2026-11-29T20:59:59+00:00", "2026-11-29", "2026-11-23"),
        ("2026-11-29T21:00:00+00:00", "2026-11-30", "2026-11-30"),
        ("2026-12-31T20:59:59+00:00", "2026-12-31", "2026-12-28"),
        ("2026-12-31T21:00:00+00:00", "2027-01-01", "2026-12-28"),
    ],
)
def test_a_day_and_a_week_turn_at_midnight_in_moscow(now, today, monday):
    moment = datetime.fromisoformat(now)
    assert rules.today(moment, MOSCOW).isoformat() == today
    assert local(rules.shown(moment, MOSCOW)[0]).date().isoformat() == monday


@given(day=st.dates(date(2000, 1, 1), date(2100, 11, 30)))
@example(day=date(2026, 1, 31))
@example(day=date(2027, 2, 28))
@example(day=date(2026, 12, 1))
def test_the_next_month_begins_on_its_first(day):
    following = rules.next_month(day)
    assert following.day == 1
    assert (following - timedelta(days=1)).replace(day=1) == day.replace(day=1)


@given(through=st.dates(date(2020, 1, 1), date(2040, 12, 31)), later=st.integers(0, 400))
@example(through=date(2026, 11, 30), later=1)
@example(through=date(2026, 12, 31), later=1)
def test_last_months_count_is_not_this_months(through, later):
    today = through + timedelta(days=later)
    same = (today.year, today.month) == (through.year, through.month)
    assert provided_this_month(7, through.isoformat(), today) == (7 if same else 0)


def test_a_number_that_somebody_said_stands():
    assert provided_this_month(7, None, date(2026, 12, 1)) == 7


@given(first=st.dates(date(2020, 1, 1), date(2040, 12, 31)).map(rules.monday))
def test_weeks_follow_one_another_with_seven_named_days_each(first):
    weeks = rules.weeks(first, {})
    days = [day for week in weeks for day in week.days]
    assert [day.date for day in days] == [(first + timedelta(days=number)).isoformat() for number in range(28)]
    assert [day.weekday for day in days] == [*rules.WEEKDAYS] * 4
    assert [(week.date_from, week.date_to) for week in weeks] == [(week.days[0].date, week.days[6].date) for week in weeks]


def piece(time="10:00", state="free", **said):
    who = {"client_name": None, "lead_number": None, **said}
    return ScheduleSlot(id="1", start_at="2026-12-01T07:00:00Z", time=time, minutes=60, state=state, **who)


def week(*slots):
    return rules.weeks(date(2026, 11, 30), {date(2026, 12, 1): list(slots)})[0]


def test_a_week_reads_as_people_read_it():
    slots = [piece(), piece("12:00", "booked", client_name="Анна Лебедева", lead_number="br0007"), piece("13:00", "held")]
    assert rules.week_text("Мария Орлова", week(*slots)) == (
        "Мария Орлова\nНеделя 30.11 – 06.12\n\n"
        "Вторник, 01.12\n10:00 — свободно\n12:00 — занято: Анна Лебедева (br0007)\n13:00 — выбирают\n\n"
        "Свободно: 1, занято: 1, выбирают: 1"
    )


def test_an_empty_week_says_so():
    assert rules.week_text("Мария Орлова", week()) == "Мария Орлова\nНеделя 30.11 – 06.12\n\nВремени на этой неделе нет."


def test_time_taken_elsewhere_names_nobody():
    assert "10:00 — занято\n" in rules.week_text("Мария Орлова", week(piece(state="booked")))


@given(name=st.text(max_size=300), states=st.lists(st.sampled_from(["free", "held", "booked"]), max_size=10))
def test_a_week_has_a_line_for_each_slot_whatever_people_are_called(name, states):
    slots = [piece(f"{number + 10}:00", state, client_name=name, lead_number="br0007") for number, state in enumerate(states)]
    lines = rules.week_text("Мария Орлова", week(*slots)).split("\n")
    shown = [line for line in lines if " — " in line]
    assert [line[:5] for line in shown] == [slot.time for slot in slots]
    assert all(len(line) <= 100 for line in shown)


def test_a_week_is_a_plain_model():
    assert isinstance(week(), Week)
    assert all(isinstance(day, Day) for day in week().days)


def test_a_lapsed_hold_is_a_step_between_two_written_ones():
    written, lapsed = datetime(2026, 11, 22, 9, 0, tzinfo=UTC), datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
    held, free, released = (rules.revised(7, written, None), rules.revised(7, written, lapsed), rules.revised(8, lapsed, None))
    assert held < free < released
    assert (held[1], free[1]) == (written, lapsed)

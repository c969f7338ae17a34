"""The grid of a page: whole days, by the hour in which a slot begins, a month at most."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from chalicelib.booking.slots.service import Slot
from chalicelib.intake.grid.days import ahead as grid
from chalicelib.intake.grid.rules import USUAL_DAYS as MOST_DAYS

MOSCOW = ZoneInfo("Europe/Moscow")
FIRST = date(2026, 7, 23)


def slot(start, slot_id="s"):
    return Slot(slot_id=slot_id, specialist_name="Мария Орлова", start_at=start)


def test_days_stand_whole_to_the_last_that_has_anything():
    late = datetime(2026, 7, 25, 20, 59, tzinfo=UTC)
    today, between, last = grid([slot(late), slot(datetime(2026, 7, 23, 11, 30, tzinfo=UTC), "half")], FIRST, MOSCOW)
    assert (today.date, today.pretty_date, today.day_name) == ("2026-07-23", "23.07", "четверг")
    assert [row["id"] for row in today.slots["14:00"]] == ["half"]
    assert not any(between.slots.values())
    assert list(last.slots)[-1] == "23:00"
    assert [(row["date"], row["time"]) for row in last.slots["23:00"]] == [("2026-07-25", "23:59")]


def test_midnight_is_the_next_day_s():
    (*_, last) = grid([slot(datetime(2026, 7, 23, 21, 0, tzinfo=UTC))], FIRST, MOSCOW)
    assert (last.date, [row["time"] for row in last.slots["00:00"]]) == ("2026-07-24", ["00:00"])


def test_nothing_is_no_day_and_what_is_far_is_not_shown():
    far = datetime(2026, 7, 22, 21, 0, tzinfo=UTC) + timedelta(days=MOST_DAYS)
    assert grid([], FIRST, MOSCOW) == grid([slot(far)], FIRST, MOSCOW) == []
    assert len(grid([slot(far - timedelta(minutes=1))], FIRST, MOSCOW)) == MOST_DAYS


def test_a_row_is_written_as_the_site_reads_it():
    (day,) = grid([slot(datetime(2026, 7, 23, 11, 0, tzinfo=UTC))], FIRST, MOSCOW)
    (row,) = day.model_dump(mode="json")["slots"]["14:00"]
    assert {"Дата Локальная", "Время Локальное", "meeting_link", "is_helpful_hand"} <= set(row)
    assert "local_date" not in row

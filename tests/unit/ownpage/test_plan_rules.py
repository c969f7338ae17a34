"""On which days a repeated hour comes again: weeks by the clock on the wall, months by their own length."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from chalicelib.ownpage.plans.rules import Period, between, occurrences

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")


def days(anchor, period, many=4, zone=MOSCOW):
    return [f"{moment.astimezone(zone):%d.%m.%y %H:%M}" for moment in islice(occurrences(anchor, period, zone), many)]


@pytest.mark.parametrize(("period", "weeks"), [(Period.WEEK, 1), (Period.TWO_WEEKS, 2), (Period.THREE_WEEKS, 3)])
def test_weeks_are_counted_from_the_hour_itself(period, weeks):
    anchor = datetime(2026, 11, 27, 15, tzinfo=UTC)
    assert list(islice(occurrences(anchor, period, MOSCOW), 3)) == [anchor + timedelta(weeks=weeks * number) for number in (1, 2, 3)]


def test_a_month_without_the_day_has_its_last_one_and_the_next_has_the_day_again():
    anchor = datetime(2027, 10, 31, 10, tzinfo=MOSCOW)
    assert days(anchor, Period.MONTH, 5) == ["30.11.27 10:00", "31.12.27 10:00", "31.01.28 10:00", "29.02.28 10:00", "31.03.28 10:00"]
    assert days(datetime(2026, 12, 31, 10, tzinfo=MOSCOW), Period.MONTH, 2) == ["31.01.27 10:00", "28.02.27 10:00"]


def test_a_day_is_the_zones_own_and_not_that_of_utc():
    late = datetime(2026, 12, 31, 22, tzinfo=UTC)  # 01:00 of 1 January in Moscow
    assert days(late, Period.MONTH, 2) == ["01.02.27 01:00", "01.03.27 01:00"]


def test_the_clock_on_the_wall_stays_when_summer_begins():
    assert days(datetime(2027, 3, 22, 10, tzinfo=BERLIN), Period.WEEK, 2, BERLIN) == ["29.03.27 10:00", "05.04.27 10:00"]


def test_what_lies_between_two_moments_and_what_comes_next():
    anchor = datetime(2026, 11, 27, 15, tzinfo=UTC)
    found, following = between(anchor, Period.WEEK, MOSCOW, anchor + timedelta(weeks=1), anchor + timedelta(weeks=3))
    assert found == [anchor + timedelta(weeks=2), anchor + timedelta(weeks=3)]
    assert following == anchor + timedelta(weeks=4)
    assert between(anchor, Period.NEVER, MOSCOW, anchor, anchor + timedelta(weeks=3)) == ([], None)

"""What of an event counts, and for how long it must be remembered that it did."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from chalicelib.engagement.news import rules
from chalicelib.engagement.news.schemas import NewPost, NewsQuery, Tracked

NOW = datetime(2026, 3, 12, 9, tzinfo=UTC)


@pytest.mark.parametrize(("hours", "near"), [(0, True), (168, True), (-168, True), (168.01, False), (-168.01, False)])
def test_an_event_is_of_the_days_around_now(hours, near):
    assert rules.is_near(NOW + timedelta(hours=hours), NOW) is near


def test_marks_stay_as_long_as_an_event_of_their_day_may_come_and_are_few():
    days = [(date(2026, 3, 12) + timedelta(days=number)).isoformat() for number in range(-30, 8)]
    kept = rules.kept([rules.mark(kind, day) for day in days for kind in rules.ONCE_A_DAY], "2026-03-12")
    assert {one.rpartition("#")[2] for one in kept} == {*days[22:]} and len(kept) == 48
    assert rules.mark("view", "2026-03-05") in kept, "seven days ago, by whatever zone"


def test_a_posts_days_are_added_up():
    rows = [SimpleNamespace(**dict.fromkeys(rules.COUNTED, number)) for number in (1, 2)]
    assert rules.added(rows) == dict.fromkeys(rules.COUNTED, 3)
    assert rules.added([]) == dict.fromkeys(rules.COUNTED, 0)


@pytest.mark.parametrize(("said", "status"), [(True, "active"), (False, "draft"), ("TRUE", "active"), ("false", "draft"), (None, "active")])
def test_published_is_a_status(said, status):
    assert NewPost.model_validate({"title": "т", "body": "т", "is_published": said}).status == status


@pytest.mark.parametrize("said", [1, "1", "", "maybe", []])
def test_published_is_true_or_false(said):
    if said == "":
        assert NewsQuery.model_validate({"is_published": said}).status is None
        return
    with pytest.raises(ValueError, match="is_published"):
        NewsQuery.model_validate({"is_published": said})


def test_what_telegram_signed_is_no_part_of_what_was_said():
    said = {"news_id": 1, "event": "view"}
    one, other = (Tracked.model_validate({**said, "initData": signed}) for signed in ("a", "b"))
    assert one.model_dump_json() == other.model_dump_json()

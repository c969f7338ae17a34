"""What is one rating, which one the admin hears of, and what figures add up."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from chalicelib.analytics.counts import rules as counts
from chalicelib.engagement.feedback import rules

MARCH, APRIL = datetime(2026, 3, 31, 20, 59, tzinfo=UTC), datetime(2026, 3, 31, 21, tzinfo=UTC)
"""A minute before April, in Moscow, and its beginning."""


@pytest.mark.parametrize(
    ("rating", "was", "low"), [(3, None, True), (4, None, False), (3, 3, False), (1, 3, True), (2, 5, True), (5, 1, False)]
)
def test_the_admin_hears_of_a_low_mark_once(rating, was, low):
    assert rules.is_low(rating, was) is low


def test_goods_and_services_are_numbered_together_and_appointments_apart():
    assert rules.about("service", 7) == rules.about("product", 7) == rules.about(None, 7) != rules.about("session", 7)
    assert rules.about("session", None) is None


def test_a_past_rating_keeps_a_part_of_its_words():
    row = SimpleNamespace(rating=5.0, text="я" * 2000, given_at=MARCH)
    assert rules.earlier(row) == {"rating": 5, "text": "я" * rules.KEPT_WORDS, "at": MARCH.isoformat()}


def test_a_session_got_its_mark_when_its_last_one_was_given():
    assert rules.marked_at([{"at": MARCH.isoformat()}, {"at": APRIL.isoformat()}], MARCH) == APRIL
    assert rules.marked_at(None, MARCH) == MARCH


def test_a_mark_counts_on_the_day_it_was_given_and_leaves_that_of_the_other():
    first = SimpleNamespace(kind="review_given", contour="live", day="2026-03-31", data={"rating": 2})
    said = {"rating": 5, "was_rating": 2, "was_at": MARCH.isoformat()}
    second = SimpleNamespace(kind="review_given", contour="live", day="2026-04-01", data=said)
    complaint = SimpleNamespace(kind="review_given", contour="live", day="2026-04-01", data={})
    found = counts.summed(delta for fact in (first, second, complaint) for delta in counts.deltas(fact))
    assert found == {counts.Place(counts.REVIEWS, "live", "2026-04-01"): {"rated": 1, "marks": 5, "mark.5": 1}}

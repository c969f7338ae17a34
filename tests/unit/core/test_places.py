"""Texts that sort as what they stand for."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from chalicelib.core import places

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_numbers_and_moments_sort_as_they_are():
    assert sorted(map(places.of_number, (2, 10, 1))) == [places.of_number(one) for one in (1, 2, 10)]
    moments = [NOON - timedelta(days=9000), NOON, NOON + timedelta(microseconds=1), NOON + timedelta(days=9000)]
    told = [place for at in moments for place in (places.of_moment(at), places.of_both(at, 2), places.of_both(at, 10))]
    assert all(first < second for first, second in pairwise(told))


def test_nothing_stands_between_a_place_and_what_is_below_it():
    place = places.of_both(NOON, 20)
    assert places.of_both(NOON, 19) < places.below(place) < place
    assert places.of_both(NOON - timedelta(microseconds=1), 999) < places.below(places.of_moment(NOON)) < places.of_moment(NOON)

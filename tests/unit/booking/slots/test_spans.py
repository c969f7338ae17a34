from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.booking.slots.rules import MOST_SPANS, spans

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def at(hours):
    return NOON + timedelta(hours=hours)


@pytest.mark.parametrize(
    ("chosen", "looked_in"),
    [
        ([], []),
        ([0], [(0, 0)]),
        ([0, 0], [(0, 0)]),
        ([2, 0, 1], [(0, 2)]),
        ([0, 168], [(0, 0), (168, 168)]),
        ([168, 1, 0], [(0, 1), (168, 168)]),
        ([0, 4, 100, 300, 600, 1000], [(0, 4), (100, 100), (300, 300), (600, 600), (1000, 1000)]),
    ],
)
def test_times_weeks_apart_are_looked_for_apart(chosen, looked_in):
    assert spans([at(hours) for hours in chosen]) == [(at(first), at(last)) for first, last in looked_in]


@given(st.lists(st.integers(-500, 500).map(at), max_size=25))
def test_every_time_is_looked_for_once_in_a_few_pieces(chosen):
    found = spans(chosen)
    assert len(found) <= MOST_SPANS
    assert all(sum(first <= moment <= last for first, last in found) == 1 for moment in chosen)

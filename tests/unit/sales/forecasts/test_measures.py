"""How wrong forecasts were, by hand."""

import pytest

from chalicelib.sales.forecasts import measures
from chalicelib.sales.forecasts.measures import Errors, Pair


@pytest.mark.parametrize(
    ("actual", "forecast", "said"),
    [(0, 0, 1.0), (100, 100, 1.0), (80, 100, 0.8), (100, 80, 0.8), (0, 100, 0.0), (100, 0, 0.0), (300, 200, 0.6667)],
)
def test_accuracy(actual, forecast, said):
    assert measures.accuracy(actual, forecast) == said


def test_what_is_added_up_over_periods():
    """Forecast 100, 250, 90 where 80, 300, 100 came: off by +20, −50, −10: 80 and −40 of 480."""
    found = measures.errors([Pair(100, 80), Pair(250, 300), Pair(90, 100)])
    assert found == Errors(3, 80, -40, 480)
    assert (found.wape, found.bias) == (0.1667, -0.0833)


def test_where_nothing_came_nothing_is_divided():
    found = measures.errors([Pair(100, 0)])
    assert (found.wape, found.bias) == (None, None)
    assert measures.errors([]) == Errors(0, 0, 0, 0)


def test_the_two_naive_ones():
    assert (measures.naive([30, 60, 91], 1), measures.naive([30, 60, 91], 3), measures.naive([30, 60], 3)) == (30, 60, None)
    assert measures.naive([1, 1, 0], 3) == 1  # 0.67, and halves up: 0.5 is 1
    assert measures.naive([1, 0], 2) == 1


def test_inside_is_what_an_interval_says():
    assert [Pair(5, actual, 4, 6).is_inside for actual in (3, 4, 6, 7)] == [False, True, True, False]
    assert Pair(5, 5).is_inside is None


def test_a_word_for_all_of_it():
    ours, worse, as_good = Errors(24, 100, 0, 1_000), Errors(24, 300, 0, 1_000), Errors(24, 100, 0, 1_000)
    assert measures.verdict(ours, {"last": worse}, 5, 7) == "too_few"
    assert measures.verdict(ours, {"last": worse, "mean": as_good}, 19, 24) == "no_better_than_naive"
    assert measures.verdict(ours, {"last": worse}, 19, 24) == "holds"
    assert measures.verdict(ours, {"last": worse}, 24, 24) == "interval_off"

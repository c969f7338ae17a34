"""Shares and how sure they are: Wilson's interval against figures worked out elsewhere."""

import pytest

from chalicelib.analytics.figures import rates


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (0, 1, 0.0, 0.7935),  # z² / (1 + z²) = 3.8415 / 4.8415
        (1, 1, 0.2065, 1.0),
        (5, 10, 0.2366, 0.7634),  # (0.5 + 0.19207 ± 1.95996 · √(0.025 + 0.0096037)) / 1.38415
        (50, 100, 0.4038, 0.5962),
        (0, 100, 0.0, 0.037),
    ],
)
def test_wilson(part, whole, low, high):
    assert rates.wilson(part, whole) == (low, high)


def test_of_none_nothing_is_said():
    assert (rates.rate(0, 0), rates.wilson(0, 0)) == (None, (None, None))


@pytest.mark.parametrize("whole", [1, 2, 7, 10, 99])
def test_the_share_lies_within_and_nothing_beyond_all_and_none(whole):
    for part in range(whole + 1):
        low, high = rates.wilson(part, whole)
        assert 0 <= low <= round(part / whole, 4) <= high <= 1

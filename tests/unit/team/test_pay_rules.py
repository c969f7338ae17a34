"""Which periods share a day, and that a period comes to the sum of its entries."""

from types import SimpleNamespace

import pytest

from chalicelib.team.pay import rules
from chalicelib.team.pay.rules import Figures, Period

HALF = Period("2026-03-01", "2026-03-15")


@pytest.mark.parametrize(
    ("start", "end", "shares"),
    [
        ("2026-03-01", "2026-03-15", False),
        ("2026-03-16", "2026-03-31", False),
        ("2026-02-15", "2026-02-28", False),
        ("2026-03-15", "2026-03-31", True),
        ("2026-02-01", "2026-03-01", True),
        ("2026-03-01", "2026-03-31", True),
        ("2026-03-05", "2026-03-06", True),
    ],
)
def test_the_same_period_is_no_other_and_neighbours_share_nothing(start, end, shares):
    assert rules.sharing(HALF, [["2026-01-01", "2026-01-15"], [start, end]]) == (Period(start, end) if shares else None)


def test_each_entry_is_rounded_alone():
    entries = [SimpleNamespace(hours=50, hourly_rate=1, units=500, piece_rate=3)] * 3
    assert rules.figures("hourly", entries) == Figures("hourly", 150, 1500, 3)
    assert rules.figures("piecework", entries) == Figures("piecework", 150, 1500, 6)
    assert rules.figures("hourly", []) == Figures("hourly", 0, 0, 0)

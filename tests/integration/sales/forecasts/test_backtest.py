"""How right forecasts were, through the door."""

import random

import pytest

from bench.wire import recorded
from tests.builders import SERVICE
from tests.integration.sales.forecasts.conftest import period

PATH = "/api/v1/analytics/backtest"


def months(count, last=2026 * 12 + 9):
    """First days of months up to October 2026."""
    return [f"{number // 12}-{number % 12 + 1:02d}-01" for number in range(last - count + 1, last + 1)]


def test_three_months_by_hand(desk):
    """Before them 300, 200 and 100 came, in July to May; then August 240, September 180, October 0; their first days said 200, 210 and 30.

    Off by 40, 30, 30 of 420; to the side of −40 + 30 + 30 = 20. The last period again says 300, 240, 180: off by 60, 60, 180.
    The mean of three says 200, 246.67, 240: off by 40, 66.67, 240.
    """
    for start, came in zip(months(6)[:3], (100, 200, 300), strict=True):
        period("monthly", start, came)
    for start, came, foreseen in zip(months(3), (240, 180, 0), (200, 210, 30), strict=True):
        period("monthly", start, came, foreseen, around=35)
    got = desk.front.get(PATH, SERVICE).ok()
    assert got["ours"] == {
        "periods": 3,
        "wape": {"numerator": 100, "denominator": 420, "value": 0.2381},
        "bias": {"numerator": 20, "denominator": 420, "value": 0.0476},
    }
    assert got["last_period"]["wape"] == {"numerator": 300, "denominator": 420, "value": 0.7143}
    assert got["mean_of_three"]["wape"] == {"numerator": 346.67, "denominator": 420, "value": 0.8254}
    assert [(one["period_start"], one["low"], one["high"], one["inside_interval"], one["accuracy"]) for one in got["items"]] == [
        ("2026-08-01", 165, 235, False, 0.8333),
        ("2026-09-01", 175, 245, True, 0.8571),
        ("2026-10-01", -5, 65, True, 0),
    ]
    assert (got["coverage"]["numerator"], got["coverage"]["denominator"], got["verdict"]) == (2, 3, "too_few")
    assert [one["mean_of_three"] for one in got["items"]] == [200, 246.67, 240]


@pytest.mark.parametrize(("law", "said"), [(True, "holds"), (False, "no_better_than_naive")])
def test_twenty_four_months(desk, law, said):
    """Where first days know what comes but for noise of which 80 % are ± 128; where what comes has nothing to do with what they said."""
    chances = random.Random(5)
    for start in months(24):
        foreseen = chances.randrange(1_000, 9_000)
        came = round(chances.gauss(foreseen, 100)) if law else 5_000 + chances.randrange(-100, 100)
        period("monthly", start, came, foreseen, around=128)
    got = desk.front.get(PATH, SERVICE).ok()
    assert (got["verdict"], got["ours"]["periods"]) == (said, 24)
    assert 0.7 <= got["coverage"]["value"] <= 0.9 if law else got["coverage"]["value"] < 0.7


def test_a_manager_reads_his_own_and_days_choose_periods(desk):
    his = desk.house.hire("anna")
    for owner, came in (("all", 500), (his, 70)):
        for start in ("2026-09-01", "2026-10-01"):
            period("monthly", start, came, came, owner=owner)
    period("quarterly", "2026-07-01", 900, 900)
    days = {"date_from": "2026-09-02", "date_to": "2026-10-31"}
    got = desk.front.get(PATH, desk.of("anna"), **days).ok()
    assert (got["manager_id"], [one["actual"] for one in got["items"]]) == (his, [70])
    assert len(desk.front.get(PATH, SERVICE, **days).ok()["items"]) == 1
    assert [one["actual"] for one in desk.front.get(PATH, SERVICE, period_type="quarterly").ok()["items"]] == [900]
    assert desk.front.get(PATH, SERVICE, period_type="daily").status == 422
    with recorded() as wire:
        desk.front.get(PATH, SERVICE).ok()
    assert sorted(wire.operations) == ["BatchGetItem", "Query"]


def test_of_nothing(desk):
    got = desk.front.get(PATH, SERVICE).ok()
    assert (got["items"], got["ours"]["wape"]["value"], got["coverage"]["value"], got["verdict"]) == ([], None, None, "too_few")

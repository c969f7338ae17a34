"""Numbers with a few decimals, kept whole."""

import pytest
from pydantic import ValidationError

from chalicelib.core.amounts import Pct, Pts, Qty, Rub, RubOut, floor_step, half_up, percent, share, shown
from chalicelib.core.schemas import Schema


class Bill(Schema):
    rub: Rub | None = None
    pts: Pts | None = None
    pct: Pct | None = None
    qty: Qty | None = None


@pytest.mark.parametrize(
    ("said", "kopecks"), [(1000, 100_000), (1000.5, 100_050), ("1000,50", 100_050), (" 7 ", 700), (0, 0), (0.29, 29), (10_000_000, 10**9)]
)
def test_roubles_are_read_as_kopecks_exactly(said, kopecks):
    assert Bill(rub=said).rub == kopecks


@pytest.mark.parametrize("said", [1000.505, -1, "1e3", "NaN", float("nan"), float("inf"), True, [], "", "1.2.3", "１２", 10**8, "-"])
def test_what_is_no_amount_is_refused_with_what_was_expected(said):
    with pytest.raises(ValidationError) as refused:
        Bill(rub=said)
    assert "expected a number from 0 to 10000000 with at most 2 decimals" in str(refused.value) or "nan" in str(refused.value).lower()


def test_each_kind_has_its_own_parts():
    assert Bill(pts=1.5, pct=99.99, qty=0.125).model_dump(exclude={"rub"}) == {"pts": 150, "pct": 9999, "qty": 125}
    for wrong in ({"pct": 100.01}, {"qty": 0.1234}):
        with pytest.raises(ValidationError):
            Bill(**wrong)


def test_amounts_are_shown_without_a_point_where_there_is_nothing_behind_it():
    class Shown(Schema):
        rub: RubOut

    assert [Shown(rub=one).model_dump_json() for one in (100_000, 100_050, -50)] == ['{"rub":1000}', '{"rub":1000.5}', '{"rub":-0.5}']
    assert shown(125, 1000) == 0.125


def test_rounding():
    assert [half_up(one, 2) for one in (1, 3, -1, -3, 4)] == [1, 2, -1, -2, 2]
    assert share(99_999, 700) == 6_999  # 7 % of 999.99 is 69.9993
    assert floor_step(6_999, 100) == 6_900
    assert percent(1, 3) == 3333
    assert percent(1, 0) is None

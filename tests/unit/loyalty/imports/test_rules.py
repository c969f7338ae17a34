"""Operations of another till as rows of ours."""

from datetime import UTC, datetime

import pytest

from chalicelib.loyalty.imports.rules import Past, adds_up, first_and_last
from chalicelib.loyalty.ledger.rules import balances, checked

AT = datetime(2025, 3, 1, tzinfo=UTC)
FIRST, SECOND = {"operation": 1, "day": "2025-03-01"}, {"operation": 2, "day": "2025-03-02"}


def past(op_type="purchase", **said):
    return Past(source="x", op_type=op_type, at=AT, **said)


@pytest.mark.parametrize("kind", ["purchase", "order", "refund", "points_accrual", "points_writeoff"])
def test_lines_sum_to_zero_and_touch_no_client(kind):
    one = past(kind, amount=1000, discount=100, referral_discount=50, points=200, earned=20)
    sums = balances([checked(one.lines)])
    assert sum(sums.values()) == 0
    assert not [account for account, _ in sums if account.startswith("client:")]
    sign = {"purchase": 1, "order": 1, "refund": -1}.get(kind, 0)
    assert sums.get(("till:import", "RUB"), 0) == sign * 650


@pytest.mark.parametrize(
    ("said", "good"),
    [
        ({"amount": 100, "points": 100}, True),
        ({"amount": 100, "discount": 101}, False),
        ({"amount": 100, "points": 101}, False),
        ({"amount": 100, "discount": -1}, False),
        ({"amount": -1}, False),
    ],
)
def test_what_adds_up(said, good):
    assert adds_up(past(**said)) is good


@pytest.mark.parametrize(
    ("first", "last", "learnt"),
    [
        (None, None, {"first_purchase": FIRST, "last_purchase": SECOND}),
        ({"operation": 9, "day": "2026-01-01"}, {"operation": 9, "day": "2026-01-01"}, {}),
        ({"operation": 9, "day": "2024-01-01"}, {"operation": 9, "day": "2025-03-01"}, {"last_purchase": SECOND}),
    ],
)
def test_what_an_account_learns_of_the_past(first, last, learnt):
    assert first_and_last([(1, "2025-03-01"), (2, "2025-03-02")], first, last) == learnt


def test_who_bought_nothing_teaches_nothing():
    assert first_and_last([], None, None) == {}

"""Double entry."""

import pytest

from chalicelib.loyalty.ledger import rules
from chalicelib.loyalty.ledger.rules import PTS, RUB, Line, Unbalanced


def test_a_bill_sums_to_zero_and_leaves_out_what_is_nothing():
    lines = rules.checked(rules.sold("cash", cash=70_000, certificate=0, points=20_000, discounts=10_000))
    assert lines == [["till:cash", RUB, 70_000], ["points-spent", RUB, 20_000], ["discounts", RUB, 10_000], ["sales", RUB, -100_000]]


def test_what_does_not_sum_to_zero_is_never_a_row():
    with pytest.raises(Unbalanced):
        rules.checked([Line("till:cash", RUB, 1), Line("sales", PTS, -1)])


def test_backwards_takes_back_exactly():
    there = rules.moved("live#0000000001", 500, "points-issued")
    assert set(rules.balances([rules.checked(there), rules.checked(rules.turned(there))]).values()) == {0}

"""What a call costs, at most and in the end."""

from decimal import Decimal

from chalicelib.ai import rules
from chalicelib.ai.rules import Prices, Used

PRICES = Prices(Decimal("0.15"), Decimal("0.6"))


def test_the_most_is_a_token_a_byte_and_all_that_may_be_said():
    assert rules.most(PRICES, 1_000, 500) == 450
    assert rules.cost(PRICES, Used(210, 31)) == 51, "31.5 + 18.6, rounded up"
    assert rules.cost(PRICES, Used(0, 0)) == 0


def test_no_usage_within_what_was_asked_costs_more_than_the_most():
    for size in range(0, 300, 7):
        for said in range(0, 60, 11):
            assert rules.cost(PRICES, Used(size, said)) <= rules.most(PRICES, size, said)


def test_a_budget_is_rounded_down_and_shown_in_dollars():
    assert rules.micro(Decimal("0.0000019")) == 1
    assert rules.dollars(5_000_001) == 5.000001


def test_the_same_input_has_the_same_mark_in_whatever_order():
    assert rules.mark("score", {"a": 1, "b": "ё"}) == rules.mark("score", {"b": "ё", "a": 1})
    assert rules.mark("score", {"a": 1}) != rules.mark("email", {"a": 1})

"""A purchase costs three calls, and no more units on a till that has seen more."""

from bench import till

DECIDED = ["BatchGetItem", "UpdateItem", "TransactWriteItems"]
"""One read, a number, one transaction."""


def test_a_purchase_costs_three_calls_and_the_same_at_any_size():
    few, many = till.measure((5, 50))
    assert few.calls == many.calls == DECIDED
    assert (few.units.read, few.units.write) == (many.units.read, many.units.write)
    assert few.units.write <= 60

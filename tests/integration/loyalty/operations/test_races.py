"""Many tills at once: nobody spends what another spent, sells what another sold, or refunds what another refunded."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.loyalty.operations import till
from tests.standins.store import OneAtATime, Wire, conflicts_first

pytestmark = pytest.mark.usefixtures("tables")


def at_once(front, times, **said):
    """What each of so many callers reads, by status and code."""
    with OneAtATime(), ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda one: till.post(front, **said), range(times))]
    return Counter(answer.body.get("error", answer.status) for answer in answers), answers


def patiently(front, times, **said):
    """The same by callers who come again when the till is busy, as it tells them to."""
    found, left = Counter(), times
    while left:
        said_now, _ = at_once(front, left, **said)
        left = said_now.pop("busy", 0)
        found += said_now
    return found


def test_twenty_spenders_of_one_balance(front):
    till.client()
    till.made(front, op_type="points_accrual", points=100, comment="x")
    bill = {"op_type": "purchase", "amount_rub": 40, "points": 20}
    assert patiently(front, 20, **bill) == {200: 5, "insufficient_points": 15}
    seen = till.account()
    assert (int(seen.balance), int(seen.consumed), int(seen.visits)) == (0, 10_000, 5) and till.is_sound()
    firsts = [row.ref for row in till.facts() if row.data.get("first")]
    assert firsts == [str(seen.first_purchase["operation"])], "one purchase is the first, and its fact says so"


def test_twelve_buyers_of_five_pieces(front):
    for number in range(1, 13):
        till.client(number)
    till.product(7, pieces=5)
    bill = {"op_type": "purchase", "items": [{"product_id": 7, "quantity": 1}]}
    with OneAtATime(), ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda number: till.post(front, client_id=number, **bill), range(1, 13))]
    assert Counter(answer.body.get("error", answer.status) for answer in answers) == {200: 5, "out_of_stock": 7}
    assert till.stock() == 0
    assert sum(len(till.operations(number)) for number in range(1, 13)) == 5


def test_refunds_against_each_other(front):
    till.client()
    one = till.made(front, op_type="purchase", amount_rub=100)
    assert patiently(front, 8, op_type="refund", operation_id=one["id"], amount_rub=30) == {200: 3, "nothing_to_refund": 5}
    seen = till.account()
    assert (int(seen.spent), int(seen.balance)) == (1_000, 0) and till.is_sound()


def test_twenty_repeats_of_one_request(front):
    till.client()
    bill = {"headers": {"Idempotency-Key": "one"}, "op_type": "purchase", "amount_rub": 10}
    found, answers = at_once(front, 20, **bill)
    assert found == {200: 20}
    assert len({answer.body["id"] for answer in answers}) == 1 and till.account().visits == 1


def test_one_receipt_at_two_tills(front):
    till.client()
    found, answers = at_once(front, 6, op_type="purchase", amount_rub=10, receipt_number="R-1")
    assert found == {200: 6} and len({answer.body["id"] for answer in answers}) == 1


def test_whoever_meets_anothers_transaction_is_served(front):
    till.client()
    till.product(7, pieces=2)
    with Wire() as wire:
        conflicts_first(wire)
        one = till.made(front, op_type="purchase", items=[{"product_id": 7, "quantity": 1}])
        till.made(front, op_type="refund", operation_id=one["id"])
    assert till.stock() == 2 and till.is_sound() and len(till.operations()) == 2

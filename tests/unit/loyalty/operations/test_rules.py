"""Bills, refunds and ends of points as pure rules."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.loyalty.ledger.rules import balances, checked
from chalicelib.loyalty.operations import rules
from chalicelib.loyalty.operations.rules import Bill, Item, Sold
from tests.proofs import size

HERE = "live#0000000722"


def parts_of(sold, amounts, step=100):
    """A purchase after refunds of these amounts, and their shares."""
    shares = []
    for amount in amounts:
        share = rules.refund(sold, amount, step)
        shares.append(share)
        sold = replace(
            sold,
            refunded=sold.refunded + amount,
            points_back=sold.points_back + share.points,
            certificate_back=sold.certificate_back + share.certificate,
            taken_back=sold.taken_back + share.excess,
        )
    return sold, shares


@st.composite
def purchases(draw):
    net = draw(st.integers(100, 500_000))
    points = draw(st.integers(0, net // 200)) * 100
    certificate = draw(st.integers(0, net - points))
    discount = draw(st.integers(0, 10_000))
    bill = Bill(net + discount, discount, 0, points, certificate)
    percent = draw(st.sampled_from((0, 300, 500, 700, 1234)))
    return Sold(bill, rules.earned(bill.cash, percent, 100), percent)


class TestRefund:
    @settings(max_examples=size(60, full=200))
    @given(purchases(), st.lists(st.integers(1, 60_000), max_size=6), st.booleans())
    def test_any_parts_come_to_the_same_as_one(self, sold, wanted, whole):
        amounts, left = [], sold.left
        for amount in wanted:
            if amount <= left:
                amounts.append(amount)
                left -= amount
        if whole and left:
            amounts.append(left)
        if not amounts:
            return
        apart, shares = parts_of(sold, amounts)
        together, (one,) = parts_of(sold, [sum(amounts)])
        assert apart == together
        for name in ("amount", "cash", "points", "certificate", "discounts", "excess"):
            assert sum(getattr(share, name) for share in shares) == getattr(one, name), name
        assert all(checked(share.lines(HERE, "cash", share.excess)) is not None for share in shares)

    @given(purchases())
    def test_a_whole_refund_is_the_sale_backwards(self, sold):
        (share,) = parts_of(sold, [sold.left])[1]
        assert share.full and share.excess == sold.earned
        back = share.lines(HERE, "card", share.excess)
        assert not any(balances([sold.bill.lines(HERE, "card", sold.earned), back]).values())

    def test_points_are_taken_back_at_the_purchases_own_percent(self):
        sold = Sold(Bill(100_000), earned=7_000, percent=700)
        assert rules.refund(sold, 50_000, 100).excess == 3_500

    def test_a_wider_step_set_meanwhile_takes_nothing_again(self):
        sold = Sold(Bill(10_000, points=5_050), earned=0, percent=0, refunded=5_000, points_back=2_525)
        assert rules.refund(sold, 10, 100).points == 0
        assert rules.refund(sold, 5_000, 100).points == 2_525


class TestWorthOfGoods:
    ITEMS = (Item(7, "чай", 2_000, 10_000), Item(7, "чай", 1_000, 7_000), Item(8, "мёд", 1_000, 6_001))

    @pytest.mark.parametrize(
        ("before", "goods", "worth"),
        [
            ({}, {7: 1_000}, 7_000 * 30_000 // 33_001),
            ({}, {7: 2_000}, 17_000 * 30_000 // 33_001),
            ({7: 1_000}, {7: 1_000}, 10_000 * 30_000 // 33_001),
            ({}, {7: 500, 8: 1_000}, 9_501 * 30_000 // 33_001),
            ({7: 3_000}, {8: 1_000}, 30_000),
        ],
    )
    def test_is_their_share_of_what_the_bill_came_to(self, before, goods, worth):
        assert rules.worth_of(Sold(Bill(33_001, 3_001), 0, 0), self.ITEMS, before, goods) == worth

    def test_is_never_more_than_is_left(self):
        assert rules.worth_of(Sold(Bill(33_001), 0, 0, refunded=33_000), self.ITEMS, {}, {7: 1_000}) == 1


class TestBill:
    def test_lines_are_rounded_each_half_up(self):
        assert Item(7, "x", 1_500, 333).amount == 500
        assert Item(7, "x", 500, 1).amount == 1

    def test_what_was_for_goods_of_known_cost_is_their_lines_share_of_the_bill(self):
        items = [Item(7, "x", 1000, 300, cost=100), Item(8, "x", 1000, 100)]
        assert (rules.costed(items, 401), rules.costed(items[1:], 401), rules.costed([], 401)) == (300, 0, 0)

    def test_lines_of_one_product_are_one_movement(self):
        items = [Item(7, "x", 1000, 1, 1, True), Item(8, "x", 1000, 1), Item(7, "x", 500, 1, 1, True)]
        assert rules.tracked(items) == {7: 1500}

    def test_goods_that_came_back_do_not_come_back_again(self):
        items = [Item(7, "x", 3000, 1)]
        assert rules.comes_back(items, {7: 1000}, None) == {7: 2000}
        assert rules.comes_back(items, {7: 1000}, {7: 2001}) is None

    @pytest.mark.parametrize(
        ("day", "life", "until"),
        [("2026-01-31", 3, "2026-04-30"), ("2026-11-30", 3, "2027-02-28"), ("2026-12-01", 12, "2027-12-01"), ("2026-01-01", None, None)],
    )
    def test_points_end_with_the_month_at_the_latest(self, day, life, until):
        assert rules.ends_on(day, life) == until

    def test_returned_points_live_a_month_at_least(self):
        assert rules.returned_until("2026-01-01", "2026-03-30", 3) == "2026-04-29"
        assert rules.returned_until("2026-01-01", "2026-01-02", 3) == "2026-04-01"
        assert rules.returned_until("2026-01-01", "2026-01-02", None) is None

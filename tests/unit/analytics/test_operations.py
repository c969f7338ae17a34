"""What an operation at the till adds to which count."""

from types import SimpleNamespace

from chalicelib.analytics.counts import rules
from chalicelib.analytics.counts.rules import BUYERS, OPS, Place

DAY = "2026-11-25"


def fact(op_type, number=7, day=DAY, **said):
    return SimpleNamespace(kind="operation_made", contour="live", day=day, data={"op_type": op_type, "number": number, **said})


def summed(*facts):
    return rules.summed(delta for one in facts for delta in rules.deltas(one))


def test_a_purchase_is_counted_for_its_day_its_client_s_level_and_channel_and_for_good():
    said = {"amount": 100_000, "net": 90_000, "discount": 10_000, "points": 20_000, "cash": 70_000, "earned": 2_100, "balance": -17_900}
    found = summed(fact("purchase", **said, method="card", level="base", channel=3, first=True))
    day = {
        "purchase_count": 1,
        "purchase_amount": 100_000,
        "purchase_net": 90_000,
        "purchase_discount": 10_000,
        "purchase_points": 20_000,
        "purchase_cash": 70_000,
        "purchase_earned": 2_100,
        "purchase_first": 1,
        "purchase_count.card": 1,
        "purchase_cash.card": 70_000,
        "balance": -17_900,  # 21 points earned, 200 spent
    }
    whose = {"purchase_count": 1, "purchase_amount": 100_000, "purchase_cash": 70_000, "purchase_first": 1}
    of_day = {"": day, "level.base": whose, "channel.3": whose}
    assert found == {
        **{Place(OPS, "live", when, key): numbers for when in (DAY, "ever") for key, numbers in of_day.items()},
        Place(BUYERS, "live", DAY): {"#7": 1},
    }


def test_a_client_who_comes_thrice_a_day_is_one_buyer_and_a_refund_makes_nobody_one():
    found = summed(fact("purchase"), fact("order"), fact("purchase"), fact("purchase", number=8), fact("refund", number=9))
    assert found[Place(BUYERS, "live", DAY)] == {"#7": 1, "#8": 1}


def test_a_refund_stands_on_its_own_day_under_its_own_name():
    found = summed(fact("purchase", amount=500), fact("refund", day="2026-12-01", amount=500, cash=500, full=True))
    assert found[Place(OPS, "live", DAY)] == {"purchase_count": 1, "purchase_amount": 500}
    assert found[Place(OPS, "live", "2026-12-01")] == {"refund_count": 1, "refund_amount": 500, "refund_cash": 500, "refund_full": 1}
    assert found[Place(OPS, "live", "ever")]["refund_cash"] == 500


def test_points_change_by_what_the_ledger_says_and_not_by_what_a_purchase_will_earn():
    later = [fact("points_accrual", earned=300, balance=300), fact("points_expiry", points=50, balance=-50)]
    found = summed(fact("purchase", earned=300), *later)
    assert found[Place(OPS, "live", "ever")]["balance"] == 250  # the 300 points came days after their purchase, once

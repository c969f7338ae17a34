"""The figures of the till, each from a ledger written by hand and worked out beside it."""

from datetime import date
from types import SimpleNamespace

import pytest

from chalicelib.analytics.counts import rules as counts
from chalicelib.analytics.counts.rules import OPS
from chalicelib.analytics.figures import crowds, days, finance, rules
from tests.unit.analytics.test_operations import fact

RUB = 100


def of_ledger(*facts) -> dict[str, rules.Numbers]:
    """What is counted of a ledger, by day."""
    found = counts.summed(delta for one in facts for delta in counts.deltas(one))
    return {place.day: numbers for place, numbers in found.items() if (place.family, place.key) == (OPS, "")}


# A quiet November. Day, kind, bill → discounts and points → paid:
#   24th  purchase 1000 − 100 discount − 50 referral's = 850 net, 200 by points, 650 in cash; the client's first
#   25th  purchase  300 = 300 net, 100 by certificate, 200 by card
#   25th  order     400 = 400 net, 400 online; another client's first
#   25th  a certificate for 500 sold at 450, in cash
#   30th  the purchase of 300 is refunded whole: 100 to the certificate, 200 to the card
# and in December, on the 1st, 50 of the order are refunded, and 30 of money rewards are paid out.
LEDGER = of_ledger(
    fact(
        "purchase",
        day="2026-11-24",
        amount=1000 * RUB,
        discount=100 * RUB,
        referral_discount=50 * RUB,
        net=850 * RUB,
        points=200 * RUB,
        cash=650 * RUB,
        cost=300 * RUB,
        method="cash",
        first=True,
    ),
    fact(
        "purchase", day="2026-11-25", amount=300 * RUB, net=300 * RUB, certificate=100 * RUB, cash=200 * RUB, cost=120 * RUB, method="card"
    ),
    fact("order", number=8, day="2026-11-25", amount=400 * RUB, net=400 * RUB, cash=400 * RUB, method="online", first=True),
    fact("certificate_sale", number=9, day="2026-11-25", amount=500 * RUB, cash=450 * RUB, method="cash"),
    fact("refund", day="2026-11-30", amount=300 * RUB, net=300 * RUB, certificate=100 * RUB, cash=200 * RUB, cost=120 * RUB, full=True),
    fact("refund", number=8, day="2026-12-01", amount=50 * RUB, net=50 * RUB, cash=50 * RUB),
    fact("reward_payout", number=9, day="2026-12-01", amount=30 * RUB, cash=30 * RUB, method="cash"),
)
NOVEMBER = rules.added(numbers for day, numbers in LEDGER.items() if day.startswith("2026-11"))
BOTH = rules.added(numbers for day, numbers in LEDGER.items() if day.startswith("2026"))


def test_turnover_is_all_bills_and_a_refund_does_not_change_it():
    assert rules.turnover(NOVEMBER) == rules.turnover(BOTH) == 1700 * RUB  # 1000 + 300 + 400


def test_discount_is_discounts_referrals_and_points():
    assert rules.discount(BOTH) == 350 * RUB  # 100 + 50 + 200


def test_income_is_cash_that_stayed():
    assert rules.income(NOVEMBER) == 1500 * RUB  # 650 + 200 + 400 + 450 for the certificate − 200
    assert rules.income(BOTH) == 1450 * RUB  # − 50 on the first of December


def test_a_refund_of_the_next_month_leaves_this_one_as_it_was():
    december = LEDGER["2026-12-01"]
    assert (rules.income(december), rules.turnover(december), rules.average_check(december)) == (-50 * RUB, 0, None)


def test_the_average_check_is_what_is_left_of_bills_by_those_that_are_left():
    assert rules.average_check(NOVEMBER) == 625 * RUB  # (850 + 300 + 400 − 300) / (3 − 1)
    assert rules.average_check(BOTH) == 600 * RUB  # (850 + 300 + 400 − 300 − 50) / (3 − 1)


def test_a_half_of_a_kopeck_goes_up_and_nothing_by_nothing_is_no_number():
    assert rules.average_check({"purchase_net": 5, "purchase_count": 2}) == 3  # 2.5 kopecks
    assert rules.average_check({"purchase_net": 5, "purchase_count": 1, "refund_net": 5, "refund_full": 1}) is None
    assert rules.average_check({}) is None


def test_visits_and_first_ones():
    assert (rules.visits(BOTH), rules.firsts(BOTH)) == (3, 2)


def test_by_kind_what_goes_out_is_below_zero():
    assert rules.kinds(BOTH) == [
        ("certificate_sale", 1, 500 * RUB),
        ("order", 1, 400 * RUB),
        ("purchase", 2, 1300 * RUB),
        ("refund", 2, -350 * RUB),
        ("reward_payout", 1, -30 * RUB),
    ]


def test_what_was_sold_is_bills_less_what_was_refunded_of_them():
    """Turnover is Σ amount of purchases and orders, and refunds of them are below zero: 1000 + 300 + 400 − 300 − 50 = 1350.

    A certificate of 500 is no bill, neither sold nor taken back; money rewards and what is taken back of them are none either.
    """
    assert rules.sold(BOTH) == (3, 1350 * RUB)
    more = of_ledger(
        fact("refund", number=9, day="2026-12-02", amount=450 * RUB, cash=450 * RUB, method="cash"),
        fact("referral_accrual", day="2026-12-02", amount=65 * RUB),
        fact("referral_clawback", day="2026-12-02", amount=15 * RUB),
        fact("referral_accrual", day="2026-12-02", earned=3000),
    )
    numbers = more["2026-12-02"]
    assert rules.sold(rules.added([BOTH, numbers])) == (3, 1350 * RUB)
    assert [one for one in rules.kinds(numbers) if one.kind != "refund"] == [
        ("referral_accrual", 2, 65 * RUB),
        ("referral_clawback", 1, -15 * RUB),
    ]


def test_income_by_source_expenses_and_profit():
    assert finance.incomes(BOTH) == {"purchases": 850 * RUB, "orders": 400 * RUB, "certificates": 450 * RUB}
    # 200 + 50 refunded; 300 + 120 cost, of which 120 came back
    assert finance.expenses(BOTH) == {"refunds": 250 * RUB, "cost_of_goods": 300 * RUB, "referral_rewards": 0, "payroll": 0}
    assert finance.profit(BOTH) == 1150 * RUB  # 850 + 400 + 450 − 250 − 300


def test_cash_flow_knows_what_was_paid_out_and_nothing_of_costs_and_points():
    assert finance.flow(NOVEMBER) == (1700 * RUB, 200 * RUB)
    assert finance.flow(LEDGER["2026-12-01"]) == (0, 80 * RUB)
    assert finance.flow(BOTH).net == 1420 * RUB  # 1700 − 200 − 50 − 30


def test_pay_is_spent_as_its_period_ends_and_counted_anew_by_what_it_differs():
    pay = (SimpleNamespace(kind="pay_accrued", contour="live", day="2026-11-30", data=said) for said in PAID)
    ((place, numbers),) = counts.summed(delta for one in pay for delta in counts.deltas(one)).items()
    assert (place, place.range_key) == (counts.Place(counts.PAYROLL, "live", "2026-11-30"), "2026-11-30#payroll")
    assert counts.Place.standing(place.hash_key, place.range_key) == place
    both = NOVEMBER | numbers
    assert finance.expenses(both)["payroll"] == 150 * RUB
    assert finance.profit(both) == finance.profit(NOVEMBER) - 150 * RUB
    assert finance.flow(both) == (1700 * RUB, 350 * RUB)
    assert rules.kinds(both) == rules.kinds(NOVEMBER), "it is no operation of the till"


PAID = [{"amount": 100 * RUB, "was": 0}, {"amount": 80 * RUB, "was": 0}, {"amount": 70 * RUB, "was": 100 * RUB}]


@pytest.mark.parametrize(
    ("day", "detailing", "begins"),
    [
        ("2026-12-01", "day", "2026-12-01"),
        ("2026-12-01", "week", "2026-11-30"),  # a Tuesday: its Monday lies in November
        ("2027-01-01", "week", "2026-12-28"),
        ("2026-11-30", "month", "2026-11-01"),
    ],
)
def test_a_day_lies_in_its_week_and_month(day, detailing, begins):
    assert days.begins(day, detailing) == begins


def test_a_span_s_days_are_grouped_in_order_and_none_is_missing():
    found = days.grouped(date(2026, 11, 29), date(2026, 12, 1), "week")
    assert found == {"2026-11-23": ["2026-11-29"], "2026-11-30": ["2026-11-30", "2026-12-01"]}


def test_genders_and_ages_of_those_who_are_meant_alone():
    who = 0b1110
    assert crowds.genders(who, {"male": 0b10011, "female": 0b0100}) == {"male": 1, "female": 1, "unknown": 1}
    assert crowds.genders(who, {}) == {"male": 0, "female": 0, "unknown": 3}
    born = {"2009": 0b0010, "2008": 0b0100, "1900": 0b10000}  # 17 and 18 in 2026; the oldest is not meant
    assert crowds.ages(who, born, date(2026, 1, 1)) == {
        **dict.fromkeys(("<18", "18-24"), 1),
        **dict.fromkeys(("25-34", "35-44", "45-54", "55+"), 0),
        "unknown": 1,
    }


def test_whoever_has_no_higher_level_has_the_lowest():
    assert crowds.levels(0b1110, ["base", "silver"], {"silver": 0b10010}) == {"base": 0b1100, "silver": 0b0010}
    assert crowds.levels(0b1110, ["base", "silver"], {}) == {"base": 0b1110, "silver": 0}


@pytest.mark.parametrize(
    ("said", "margin"),
    [
        ({}, None),
        ({"purchase_net": 1000, "purchase_costed": 800, "purchase_cost": 600}, 2500),  # (800 - 600) / 800
        ({"purchase_net": 1000, "purchase_costed": 799, "purchase_cost": 600}, None),  # of less than four fifths the cost is known
        ({"purchase_net": 1000, "purchase_costed": 1000, "purchase_cost": 1100}, 0),
        # 1500 - 500 of net, 1500 - 500 costed, 700 - 250 of cost: (1000 - 450) / 1000
        (
            {
                "purchase_net": 1000,
                "purchase_costed": 1000,
                "purchase_cost": 500,
                "order_net": 500,
                "order_costed": 500,
                "order_cost": 200,
                "refund_net": 500,
                "refund_costed": 500,
                "refund_cost": 250,
            },
            5500,
        ),
    ],
)
def test_a_margin_is_of_goods_whose_cost_is_known(said, margin):
    assert rules.margin(said) == margin

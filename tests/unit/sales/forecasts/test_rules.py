"""Forecasts worked out by hand, and histories that were made up by a law."""

import random
from datetime import date
from fractions import Fraction
from math import sqrt

import pytest

from chalicelib.analytics.counts import periods
from chalicelib.sales.forecasts import rules
from chalicelib.sales.forecasts.rules import NONE, Actual, Odds, Open, Sums

TODAY = "2026-11-10"
NOVEMBER = ("2026-11-01", "2026-11-30")
NOTHING = Actual()


def row(stage, column, *amounts, unpriced=0):
    at = f"{stage}.{column}"
    return {
        f"{at}.deals": len(amounts) + unpriced,
        f"{at}.amount": sum(amounts),
        f"{at}.squares": sum(amount * amount for amount in amounts),
        f"{at}.unpriced": unpriced,
    }


def opened(*rows, undated=None):
    return rules.opened(rows, undated or {}, *NOVEMBER, TODAY)


def inside(**stages):
    return Open({(stage, "likely"): sums for stage, sums in stages.items()}, NONE, NONE, NONE)


class TestWhatIsOpen:
    def test_each_deal_is_somewhere_once(self):
        found = opened(
            ("2026-11-09", row("agreed", "commit", 900)),  # its day has passed
            ("2026-11-10", row("proposal", "likely", 300, unpriced=1)),
            ("2026-11-30", row("proposal", "commit", 200)),  # somebody put it there
            ("2026-11-30", row("new", "omitted", 70)),
            ("2026-12-01", row("agreed", "commit", 5_000)),  # the next month's
            undated={"deals": 2, "amount": 40},
        )
        assert found.inside == {("proposal", "likely"): Sums(2, 300, 90_000, 1), ("proposal", "commit"): Sums(1, 200, 40_000)}
        assert (found.aside, found.overdue, found.undated) == (Sums(1, 70, 4_900), Sums(1, 900, 810_000), Sums(2, 40))
        assert found.counted == Sums(3, 500, 130_000, 1)
        columns = rules.columns(found, Actual(revenue=1_000, deals=1))
        assert columns == {
            "closed": {"amount": 1_000, "count": 1},
            "commit": {"amount": 200, "count": 1},
            "likely": {"amount": 300, "count": 2},
            "best": {"amount": 0, "count": 0},
            "pipeline": {"amount": 0, "count": 0},
            "omitted": {"amount": 70 + 900 + 40, "count": 1 + 1 + 2},
        }

    def test_what_was_taken_back_to_nothing_is_nothing(self):
        assert opened(("2026-11-20", dict.fromkeys(row("proposal", "likely", 1), 0))).inside == {}


class TestChance:
    def test_it_begins_where_the_house_says_and_moves_with_what_became_of_others(self):
        assert rules.chance("proposal", {}) == Fraction(1, 2)
        # (20 · 0.5 + 24) / (20 + 30) = 34 / 50
        assert rules.chance("proposal", {"proposal": Odds(24, 30)}) == Fraction(17, 25)
        assert rules.chance("agreed", {"proposal": Odds(24, 30)}) == Fraction(4, 5)
        # (20 · 0.05 + 0) / (20 + 180): never quite nothing
        assert rules.chance("new", {"new": Odds(0, 180)}) == Fraction(1, 200)


class TestWorkedOut:
    def test_a_mean_and_a_variance_by_hand(self):
        """Two at a proposal (0.5) for 1,000 and 2,000 roubles, one agreed (0.8) for 500; 700 are won.

        mean = 700 + 0.5 · 3,000 + 0.8 · 500 = 2,600; variance = 0.25 · (1,000² + 2,000²) + 0.16 · 500² = 1,290,000, of which the root is
        1,135.78; 1.2816 · 1,135.78 = 1,455.62; deals = 1 + 0.5 · 2 + 0.8 = 2.8
        """
        found = inside(proposal=Sums(2, 3_000_00, (1_000_00**2 + 2_000_00**2)), agreed=Sums(1, 500_00, 500_00**2))
        got = rules.worked(found, Actual(700_00, 1, 9), {}, None, Fraction(1))
        assert (got.revenue, got.expected_deals, got.deals, got.leads) == (2_600_00, 280, 3, 9)
        assert got.spread == pytest.approx(sqrt(1_290_000) * 100)
        assert (got.low, got.high) == (1_144_38, 4_055_62)

    def test_an_interval_holds_what_can_be(self):
        """One deal of 1,000 at 0.5: 500 ± 640.80, but nothing is less than none of it, and nothing more than all."""
        got = rules.worked(inside(proposal=Sums(1, 1_000_00, 1_000_00**2)), NOTHING, {}, None, Fraction(1))
        assert (got.low, got.revenue, got.high, got.deals) == (0, 500_00, 1_000_00, 1)  # half a deal is one

    def test_what_is_certain_has_no_width(self):
        got = rules.worked(inside(), Actual(700_00, 1), {}, None, Fraction(1))
        assert (got.low, got.revenue, got.high, got.spread) == (700_00, 700_00, 700_00, 0)

    def test_new_business_comes_in_what_is_left_of_a_period(self):
        """Months before brought 100, 200 and 600 of what was opened in them: mean 300, sample variance (200² + 100² + 300²) / 2 = 70,000.

        With a third left: mean 100, variance 23,333.33, its root 152.75; the most is a whole month's most, 600.
        """
        new = rules.fresh([Actual(new_revenue=amount, new_deals=deals, leads=leads) for amount, deals, leads in MONTHS])
        assert (new.mean, new.variance, new.most, new.deals, new.leads) == (300, 70_000, 600, 2, 30)
        got = rules.worked(inside(), NOTHING, {}, new, Fraction(1, 3))
        assert (got.revenue, got.expected_deals, got.deals, got.leads) == (100, 67, 1, 10)
        assert (got.low, got.high) == (0, 296)  # 100 + 1.2816 · 152.75 = 295.77
        assert rules.worked(inside(), NOTHING, {}, new, Fraction(1, 3), scale=10).high == 600

    def test_of_two_periods_nothing_is_learned_and_of_seven_six_are(self):
        assert rules.fresh([NOTHING] * 2) is None
        assert rules.fresh([*[Actual(new_revenue=60)] * 6, Actual(new_revenue=10**6)]).mean == 60

    def test_what_is_left_of_a_period(self):
        first, last = date(2026, 11, 1), date(2026, 11, 30)
        asked = {date(2026, 10, 15): 1, first: 1, date(2026, 11, 21): Fraction(1, 3), last: Fraction(1, 30), date(2026, 12, 1): 0}
        assert {day: rules.left(first, last, day) for day in asked} == asked


MONTHS = [(100, 1, 20), (200, 2, 30), (600, 3, 40)]


class TestScale:
    def test_four_of_five_periods_lie_inside_what_it_makes(self):
        """Ten periods whose spread was 100 (80 % are within 128.16) were missed by 64.08, 128.16 … 640.80: by half of it, once, … 5 times.

        The eighth of ten, 4 times, is what four of five are within.
        """
        misses = [(64.08 * step, 100.0) for step in range(10, 0, -1)]
        assert rules.scale(misses) == (pytest.approx(4.0), 10)

    def test_of_few_nothing_is_learned_and_what_had_no_spread_says_nothing(self):
        assert rules.scale([(500, 100.0)] * 7) == (1.0, 7)
        assert rules.scale([*[(500, 100.0)] * 7, (10, 0.0)]) == (1.0, 7)


class TestPeriods:
    @pytest.mark.parametrize(
        ("kind", "day", "first", "last", "before"),
        [
            ("weekly", "2027-01-01", "2026-12-28", "2027-01-03", "2026-12-21"),  # a week has no year
            ("monthly", "2028-02-29", "2028-02-01", "2028-02-29", "2028-01-01"),
            ("monthly", "2026-12-31", "2026-12-01", "2026-12-31", "2026-11-01"),
            ("quarterly", "2026-12-31", "2026-10-01", "2026-12-31", "2026-07-01"),
            ("quarterly", "2027-01-01", "2027-01-01", "2027-03-31", "2026-10-01"),
            ("yearly", "2026-06-15", "2026-01-01", "2026-12-31", "2025-01-01"),
        ],
    )
    def test_borders(self, kind, day, first, last, before):
        start = periods.first(kind, date.fromisoformat(day))
        said = (start, periods.last(kind, start), next(periods.before(kind, start)))
        assert [one.isoformat() for one in said] == [first, last, before]
        assert periods.first(kind, periods.last(kind, start)) == start


class TestHistories:
    """Deals that are won by the chance of their stage, and new business that comes as it came before."""

    @pytest.mark.parametrize("seed", [1, 2])
    def test_intervals_hold_four_of_five_months_where_there_is_a_law(self, seed):
        chances = random.Random(seed)
        found = [holds(*month(chances)) for _ in range(300)]
        assert 0.75 <= sum(found) / len(found) <= 0.85

    def test_months_whose_chances_are_others_than_the_house_thinks(self):
        """Deals hang together (a month is good or bad): intervals are too narrow until eight months have taught by how much."""
        chances, misses, inside_of, unscaled = random.Random(7), [], [], []
        for _ in range(200):
            stakes, won = month(chances, luck=chances.choice([0.4, 1.0, 1.6]))
            scale, _ = rules.scale(misses)
            got = rules.worked(stakes, NOTHING, {}, None, Fraction(1), scale)
            inside_of.append(got.low <= won <= got.high)
            unscaled.append(holds(stakes, won))
            misses.insert(0, (abs(got.revenue - won), got.spread))
        assert 0.75 <= sum(inside_of[8:]) / 192 <= 0.85
        assert sum(unscaled) / 200 < 0.7

    def test_two_years_of_deals_and_new_business_as_each_month_was_seen_before_it(self):
        """Seven shops, each 24 months after the first three: between 7 and 9 of ten intervals hold, of all of them together."""
        shops = [two_years(random.Random(seed)) for seed in range(7)]
        assert 0.7 <= sum(map(sum, shops)) / (7 * 24) <= 0.9
        assert all(0.6 <= sum(one) / 24 <= 0.95 for one in shops)


def two_years(chances):
    """Whether the interval of each month, by what was known before it, held what came."""
    came, misses, held = [], [], []
    for number in range(27):
        stakes, won = month(chances)
        new = sum(chances.randrange(1_000, 9_000) * 100 for _ in range(chances.randrange(5, 25)))
        got = rules.worked(stakes, NOTHING, {}, rules.fresh(came), Fraction(1), rules.scale(misses)[0])
        came.insert(0, Actual(revenue=won + new, new_revenue=new))
        if number >= rules.FEWEST:
            misses.insert(0, (abs(won + new - got.revenue), got.spread))
            held.append(got.low <= won + new <= got.high)
    return held


def month(chances, luck=1.0):
    """Forty deals in three stages, and what they brought."""
    sums, won = {}, 0
    for _ in range(40):
        stage, amount = chances.choice(["contacted", "qualified", "proposal"]), chances.randrange(1_000, 9_000) * 100
        before = sums.get(stage, NONE)
        sums[stage] = before + Sums(1, amount, amount * amount)
        won += amount if chances.random() < luck * float(rules.chance(stage, {})) else 0
    return inside(**sums), won


def holds(stakes, won):
    got = rules.worked(stakes, NOTHING, {}, None, Fraction(1))
    return got.low <= won <= got.high

"""What is learned of made-up leads whose law is known, and measures worked out by hand."""

import random
from datetime import UTC, datetime, timedelta
from math import exp, log

import pytest

from chalicelib.sales.learning import measures, rules
from chalicelib.sales.learning.logistic import fitted
from chalicelib.sales.learning.rules import Example
from chalicelib.sales.scoring import learned
from chalicelib.sales.scoring.models import Learned

OPENED = datetime(2026, 3, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def history(seed, law, count=3_000):
    """Leads with reasons by chance, won by a law; a day each four of them."""
    chances, found = random.Random(seed), []
    for number in range(count):
        reasons = tuple(code for code in ("phone", "email", "company", "application", "no_show", "budget") if chances.random() < 0.4)
        day = (OPENED + number // 4 * DAY).date().isoformat()
        found.append(Example(day, 0, reasons, int(chances.random() < law(reasons))))
    return found


def of_law(reasons):
    """What a company and a form mean is more than the rules think, and a phone nothing good."""
    weights = {"company": 2.5, "application": 1.5, "no_show": -0.5, "phone": -0.5}
    return 1 / (1 + exp(2.5 - sum(weights.get(code, 0) for code in reasons)))


class TestWhatIsLearned:
    @pytest.mark.parametrize("seed", [2, 3])
    def test_a_law_is_found_and_said(self, seed):
        examples = history(seed, of_law)
        got = rules.trained(examples)
        assert (got.on, got.reason) == (True, None)
        assert got.briers["learned"] < got.briers["base_rate"] and got.briers["learned"] < got.briers["rules"]
        later = [(got.model.chance(one.reasons), one.won) for one in examples if one.day > got.until]
        assert got.tested == len(later) == pytest.approx(600, abs=4)
        assert measures.ece(later) <= 0.05

    def test_where_there_is_no_law_nothing_is_said(self):
        found = [rules.trained(history(seed, lambda reasons: 0.3)) for seed in range(8)]
        assert {(got.on, got.reason) for got in found} == {(False, "no_better_than_base_rate")}

    def test_it_must_be_better_than_the_rules_too(self):
        """Where reasons mean what the rules say, there is nothing to be learned that is worth saying."""
        weights = rules.weights()
        law = lambda reasons: 1 / (1 + exp(2 - sum(weights[code] for code in reasons)))  # noqa: E731 - one line of arithmetic
        assert rules.trained(history(3, law)).reason == "no_better_than_rules"

    def test_of_too_few_won_nothing_is_learned(self):
        many = history(1, lambda reasons: 0.0)
        assert rules.trained(many) is None
        won = [one._replace(won=int(number < 30)) for number, one in enumerate(many)]
        assert rules.trained(won) is not None
        assert rules.trained([]) is None

    def test_one_day_is_not_on_both_sides(self):
        assert rules.trained([one._replace(day="2026-03-01") for one in history(1, of_law, 300)]) is None


class TestFitted:
    def test_without_reasons_it_is_how_many_came(self):
        got = fitted({frozenset(): (10, 3)}, {"phone": 1.0})
        assert got.intercept == pytest.approx(log(3 / 7)) and got.weights == {"phone": pytest.approx(1.0)}

    def test_its_slope_is_nothing_where_it_ends(self):
        """Of 100 without a phone 20 were won, of 100 with one 50: at the end Σ(y − p) is 0, and Σ(y − p)x is the pull back, 20 (w − 1)."""
        seen = {frozenset(): (100, 20), frozenset({"phone"}): (100, 50)}
        got = fitted(seen, {"phone": 1.0})
        without, with_one = got.chance(()), got.chance(("phone",))
        assert 70 - 100 * without - 100 * with_one == pytest.approx(0, abs=1e-5)
        assert 50 - 100 * with_one == pytest.approx(20 * (got.weights["phone"] - 1), abs=1e-5)
        assert 1 < got.weights["phone"] < log(4)  # of the data alone it would be log(0.5/0.5) − log(0.2/0.8)

    def test_what_was_always_won_comes_to_an_end(self):
        got = fitted({frozenset({"phone"}): (40, 40), frozenset(): (40, 0)}, {"phone": 0.0})
        assert 0.5 < got.chance(("phone",)) < 1


class TestMeasures:
    PAIRS = ((0.05, 0), (0.15, 1), (0.15, 0), (0.95, 1), (1.0, 1))

    def test_by_hand(self):
        # 0.0025 + 0.7225 + 0.0225 + 0.0025 + 0 = 0.75, of five
        assert measures.brier(self.PAIRS) == pytest.approx(0.15)
        # three of five came: 0.6 · 0.4
        assert measures.base_brier(self.PAIRS) == pytest.approx(0.24)
        assert measures.skill(self.PAIRS) == pytest.approx(1 - 0.15 / 0.24)
        # bins: |0 − 0.05| + |1 − 0.30| + |2 − 1.95| = 0.80, of five
        assert measures.ece(self.PAIRS) == pytest.approx(0.16)
        assert [(one.size, one.came) for one in measures.bins(self.PAIRS) if one.size] == [(1, 0), (2, 1), (2, 2)]
        told = log(0.95) + log(0.15) + log(0.85) + log(0.95) + log(1 - 1e-6)
        assert measures.log_loss(self.PAIRS) == pytest.approx(-told / 5)

    def test_certainty_that_is_wrong_is_not_infinite(self):
        assert measures.log_loss([(0.0, 1)]) == pytest.approx(-log(1e-6))

    def test_of_nothing(self):
        of = (measures.brier, measures.base_brier, measures.skill, measures.ece, measures.log_loss)
        assert [measure([]) for measure in of] == [None] * 5
        assert measures.skill([(0.5, 1)]) is None  # all came: nobody can be better

    def test_borders_of_bins(self):
        assert [one.size for one in measures.bins([(0.0, 0), (0.1, 0), (0.999, 1), (1.0, 1)])] == [1, 1, 0, 0, 0, 0, 0, 0, 0, 2]


class TestLabels:
    @pytest.mark.parametrize(
        ("outcome", "days", "said"),
        [("won", 90, 1), ("won", 90.001, 0), ("lost", 5, 0), ("lost", 200, 0), (None, None, 0), (None, 10, None), (None, 91, 0)],
    )
    def test_what_counts_as_won(self, outcome, days, said):
        assert rules.label(OPENED, outcome, OPENED + days * DAY if days else None) == said

    def test_the_last_score_before_the_end_counts(self):
        scores = [(OPENED + days * DAY, {"reasons": [{"code": f"day{days}"}, {"code": "capped"}]}) for days in (0, 3, 9, 29, 31)]
        asked = {None: ("day29",), OPENED + 10 * DAY: ("day9",), OPENED + 9.5 * DAY: ("day3",), OPENED + DAY / 2: None}
        assert {closed: rules.reasons(scores, OPENED, closed) for closed in asked} == asked


class TestTold:
    DETAIL = {"score": 40, "reasons": [{"code": "phone"}], "counter_reasons": [], "model": {"source": "rules", "version": "1"}}

    def test_a_chance_beside_the_score(self):
        said = {"on": True, "reason": None, "intercept": -1.0, "weights": {"phone": 1.0}, "version": "2026-11-01"}
        got = learned.told(self.DETAIL, Learned(said=said))
        assert (got["win_probability"], got["model"], got["score"]) == (0.5, {"source": "learned", "version": "2026-11-01"}, 40)
        assert learned.told(self.DETAIL | {"score": None}, Learned(said=said))["model"]["reason"] == "not_scored"

    def test_why_there_is_none(self):
        assert learned.told(self.DETAIL, None)["model"] == {"source": "rules", "version": "1", "reason": "nothing_learned_yet"}
        got = learned.told(self.DETAIL, Learned(said={"on": False, "reason": "no_better_than_rules"}))
        assert (got["win_probability"], got["model"]["reason"]) == (None, "no_better_than_rules")

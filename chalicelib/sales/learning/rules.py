"""What is learned from, what was learned, and whether it is good enough to be said. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import sqrt
from statistics import fmean, stdev
from typing import Any, Final, NamedTuple

from chalicelib.analytics.figures.rates import CERTAIN_95
from chalicelib.sales.learning.logistic import Model, Seen, fitted
from chalicelib.sales.scoring.learned import codes
from chalicelib.sales.scoring.rules import data

DECIDED: Final = timedelta(days=90)
"""After which a deal that is not won is not."""

JUDGED_WITHIN, BEFORE_THE_END = timedelta(days=30), timedelta(days=1)
"""Scores that count: soon after the opening, and not those of the end itself."""

MOST, FEWEST, EARLIER = 5_000, 30, 0.8
"""Examples that are learned from; how few of won, and of not won, say nothing; which part of them is learned from and not tested by."""

POINTS_A_UNIT: Final = 25
"""Points of the rules that change the logarithm of the odds by one."""


class Example(NamedTuple):
    """A deal whose 90 days are over: the day of its opening, whose it is, the reasons of its score, and 1 where it was won."""

    day: str
    owner: int
    reasons: tuple[str, ...]
    won: int


def label(opened: datetime, outcome: str | None, closed: datetime | None) -> int | None:
    """1 where a deal was won within 90 days of its opening, 0 where it was not; None where it ended otherwise, which teaches nothing."""
    if closed is None or closed > opened + DECIDED:
        return 0
    return None if outcome is None else int(outcome == "won")


def reasons(scores: Sequence[tuple[datetime, Mapping[str, Any]]], opened: datetime, closed: datetime | None) -> tuple[str, ...] | None:
    """Those of the last score that was kept soon after the opening and a day before the end at the latest; None where there is none."""
    last = min(opened + JUDGED_WITHIN, closed - BEFORE_THE_END) if closed else opened + JUDGED_WITHIN
    kept = [(at, detail) for at, detail in scores if opened <= at <= last]
    return tuple(codes(max(kept, key=lambda one: one[0])[1])) if kept else None


def weights() -> dict[str, float]:
    """What the rules' points are as weights."""
    found = data()
    points = {**found["fit"], **{code: said["points"] for code, said in found["engagement"].items()}}
    return {code: points / POINTS_A_UNIT for code, points in points.items()}


class Trained(NamedTuple):
    """What was learned of examples until a day, and whether it is said: `reason` says why not."""

    model: Model
    by_rules: Model
    until: str
    on: bool
    reason: str | None
    tested: int
    briers: dict[str, float]


def trained(found: Sequence[Example]) -> Trained | None:
    """The model of the earlier examples, tested by the later ones against the base rate and the rules; None of too few."""
    examples = sorted(found)[-MOST:]
    won = sum(one.won for one in examples)
    if min(won, len(examples) - won) < FEWEST:
        return None
    until = examples[int(len(examples) * EARLIER) - 1].day
    earlier, later = ([one for one in examples if (one.day <= until) == is_earlier] for is_earlier in (True, False))
    if not later:
        return None
    seen, rules = _seen(earlier), weights()
    model, by_rules = fitted(seen, rules), fitted(seen, rules, ())
    base = sum(one.won for one in earlier) / len(earlier)
    said = {
        "learned": [model.chance(one.reasons) for one in later],
        "rules": [by_rules.chance(one.reasons) for one in later],
        "base_rate": [base] * len(later),
    }
    off = {name: [(chance - one.won) ** 2 for chance, one in zip(chances, later, strict=True)] for name, chances in said.items()}
    reason = next((f"no_better_than_{name}" for name in ("base_rate", "rules") if not is_better(off["learned"], off[name])), None)
    briers = {name: sum(some) / len(later) for name, some in off.items()}
    return Trained(model, by_rules, until, reason is None, reason, len(later), briers)


def is_better(ours: Sequence[float], theirs: Sequence[float]) -> bool:
    """Whether squared errors are less on average, and by more than chance makes them: noise looks a little better each second time."""
    less = [their - our for our, their in zip(ours, theirs, strict=True)]
    return len(less) > 1 and fmean(less) > CERTAIN_95 * stdev(less) / sqrt(len(less))


def _seen(examples: Sequence[Example]) -> Seen:
    counts: defaultdict[frozenset[str], list[int]] = defaultdict(lambda: [0, 0])
    for one in examples:
        count = counts[frozenset(one.reasons)]
        count[0] += 1
        count[1] += one.won
    return {reasons: (count, won) for reasons, (count, won) in counts.items()}

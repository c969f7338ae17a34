"""What a night teaches: deals whose 90 days are over become examples, and the model is made of them anew."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from chalicelib.analytics.figures.days import each
from chalicelib.core import turns
from chalicelib.sales.learning import repository, rules
from chalicelib.sales.learning.rules import DECIDED, Example, Trained

LOOKED_BACK: Final = timedelta(days=400)
"""Of how many days deals are examples."""

TOO_FEW: Final = "too_few_won_or_not_won"


def learn(today: date, since: date) -> int:
    """Label what was opened 90 days ago, and every day before of which that was not done; how many days. Then learn of all of them."""
    last = today - DECIDED - timedelta(days=1)
    first = max(since, last - LOOKED_BACK)
    done = 0
    for day in _unlabelled(first, last):
        if turns.is_over():
            return done
        repository.keep(day, *_labelled(day))
        done += 1
    found = repository.examples(first.isoformat(), last.isoformat())[0] if first <= last else []
    repository.write(_said(rules.trained(found), today, found))
    return done


def _unlabelled(first: date, last: date) -> Iterator[str]:
    known = set(repository.days(first.isoformat(), last.isoformat())) if first <= last else set()
    yield from (day for day in each(first, last) if day not in known)


def _labelled(day: str) -> tuple[list[Example], int]:
    """What the deals of a day teach, and how many of them were judged by no score in time."""
    examples, not_judged = [], 0
    for place, deal in repository.opened_on(day):
        won = rules.label(deal["opened"], deal["outcome"], deal["closed"])
        reasons = rules.reasons(repository.scores(place), deal["opened"], deal["closed"]) if won is not None else None
        if won is not None and reasons is not None:
            examples.append(Example(day, deal["owner"], reasons, won))
        elif won is not None:
            not_judged += 1
    return examples, not_judged


def _said(got: Trained | None, today: date, found: list[Example]) -> dict[str, Any]:
    """The model as it is kept; where it is not said, the rules' chances with what everybody begins with stand for it in reports."""
    common = {"version": today.isoformat(), "examples": len(found), "won": sum(one.won for one in found)}
    if got is None:
        return {**common, "on": False, "reason": TOO_FEW}
    model = got.model if got.on else got.by_rules
    told = {"on": got.on, "reason": got.reason, "until": got.until, "tested": got.tested, "brier": got.briers}
    return {**common, **told, "intercept": model.intercept, "weights": model.weights}

"""How well chances of being won were said, over deals that nothing was learned of."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.figures.rates import DIGITS
from chalicelib.core import clock, facts, storage
from chalicelib.sales.learning import measures, repository
from chalicelib.sales.learning.measures import BINS, Bin, Pairs
from chalicelib.sales.learning.rules import DECIDED, Example
from chalicelib.sales.reports.asking import Asked, certain, until_of
from chalicelib.sales.reports.schemas import LONGEST, BinShown, Calibration, ModelShown, MonthShown, Pair, ReportQuery
from chalicelib.sales.scoring.learned import NOT_YET, probability

DIGITS_OF_CHANCE: Final = 6
NOTHING: Final[Mapping[str, Any]] = {"on": False, "reason": NOT_YET, "version": None}


def calibration(query: ReportQuery, mine: int | None) -> Calibration:
    """Three calls. Without days all deals of a year whose 90 days are over; those that the model was learned of are none of it."""
    first, last = _span(query)
    (until,), model = storage.read(counts.as_of()), repository.model() or NOTHING
    found, not_judged = repository.examples(first.isoformat(), last.isoformat())
    his = [one for one in found if mine in (None, one.owner)]
    fresh = [one for one in his if "until" in model and one.day > model["until"]]
    pairs = [(_chance(model, one), one.won) for one in fresh]
    return Calibration(
        **Asked(first, last, mine, until_of(until)).named,
        model=ModelShown(source="learned" if model["on"] else "rules", **{name: model.get(name) for name in ModelShown.OWN}),
        n=len(pairs),
        learned_of=len(his) - len(fresh),
        not_judged=not_judged if mine is None else None,
        bins=[_bin(number, one) for number, one in enumerate(measures.bins(pairs))],
        **_measured(pairs),
        by_month=_by_month(fresh, pairs),
        pairs=[Pair(p=round(p, DIGITS_OF_CHANCE), y=y) for p, y in pairs] if query.pairs else None,
    )


def _span(query: ReportQuery) -> tuple[date, date]:
    if query.date_from or query.date_to:
        return query.span
    last = date.fromisoformat(facts.day_of(clock.now())) - DECIDED
    return last - timedelta(days=LONGEST - 1), last


def _chance(model: Mapping[str, Any], one: Example) -> float:
    return probability(model["intercept"], model["weights"], one.reasons)


def _bin(number: int, one: Bin) -> BinShown:
    return BinShown(
        least=number / BINS, below=(number + 1) / BINS, n=one.size, mean=_rounded(one.mean), observed=certain(one.came, one.size)
    )


def _measured(pairs: Pairs) -> dict[str, float | None]:
    said = {
        "brier": measures.brier(pairs),
        "base_brier": measures.base_brier(pairs),
        "skill": measures.skill(pairs),
        "ece": measures.ece(pairs),
        "log_loss": measures.log_loss(pairs),
    }
    return {name: _rounded(value) for name, value in said.items()}


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, DIGITS)


def _by_month(examples: Sequence[Example], pairs: Pairs) -> list[MonthShown]:
    """The same by the month of the opening."""
    months: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for one, pair in zip(examples, pairs, strict=True):
        months[one.day[:7]].append(pair)
    return [_month(month, months[month]) for month in sorted(months)]


def _month(month: str, pairs: Pairs) -> MonthShown:
    won = sum(y for _, y in pairs)
    mean = sum(p for p, _ in pairs) / len(pairs)
    said = {"mean": _rounded(mean), "brier": _rounded(measures.brier(pairs))}
    return MonthShown(month=month, n=len(pairs), observed=certain(won, len(pairs)), **said)

"""How right forecasts of past periods were, as of their first days, against two that know nothing of deals."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Any, Final

from chalicelib.analytics.counts import periods
from chalicelib.analytics.counts import repository as counts
from chalicelib.core import clock, facts, storage
from chalicelib.sales.forecasts import drawing, measures, repository
from chalicelib.sales.forecasts.measures import Errors, Pair
from chalicelib.sales.forecasts.models import Period
from chalicelib.sales.forecasts.rules import KEPT
from chalicelib.sales.reports.asking import Asked, certain, until_of
from chalicelib.sales.reports.schemas import Backtest, ForecastErrors, PeriodTested, Ratio, ReportQuery

NAIVE: Final = {"last_period": 1, "mean_of_three": 3}
"""Forecasts that know nothing but what came before: of how many periods each is the mean."""


def backtest(query: ReportQuery, mine: int | None) -> Backtest:
    """Two calls. Without days the last 24 periods that are over; else those that begin on these days."""
    first, last = _span(query)
    (until,) = storage.read(counts.as_of())
    before = [*islice(periods.before(query.period_type, first), max(NAIVE.values()))]
    found = repository.periods_of(query.period_type, mine, before[-1], last)
    tested = [_tested(row, found, query.period_type) for row in found if row.starts >= first.isoformat() and drawing.is_judged(row)]
    return Backtest(**Asked(first, last, mine, until_of(until)).named, period_type=query.period_type, **_said(tested), items=tested)


def _span(query: ReportQuery) -> tuple[date, date]:
    """From the first to the last day on which periods begin."""
    if query.date_from or query.date_to:
        return query.span
    kind, today = query.period_type, date.fromisoformat(facts.day_of(clock.now()))
    *_, first = islice(periods.before(kind, periods.first(kind, today)), KEPT)
    return first, periods.first(kind, today) - periods.DAY


def _tested(row: Period, found: Sequence[Period], kind: str) -> PeriodTested:
    """One period: what was forecast of it, and what would have been without knowing anything of deals."""
    came = {other.starts: int(other.came["revenue"]) for other in found if other.came is not None}
    start = date.fromisoformat(row.starts)
    before = [came[day.isoformat()] for day in islice(periods.before(kind, start), max(NAIVE.values())) if day.isoformat() in came]
    last_one = next(periods.before(kind, start)).isoformat() in came
    pair = Pair(int(row.foreseen["revenue"]), int(row.came["revenue"]), int(row.foreseen["low"]), int(row.foreseen["high"]))
    return PeriodTested(
        period_start=start,
        period_end=periods.last(kind, start),
        forecast=pair.forecast,
        low=pair.low or 0,
        high=pair.high or 0,
        actual=pair.actual,
        accuracy=measures.accuracy(pair.actual, pair.forecast),
        inside_interval=bool(pair.is_inside),
        last_period=before[0] if last_one else None,
        mean_of_three=measures.naive(before, NAIVE["mean_of_three"]),
    )


def _said(tested: Sequence[PeriodTested]) -> dict[str, Any]:
    """What all of them come to. Naive ones are compared over the periods of which they say something."""
    ours = measures.errors([Pair(one.forecast, one.actual) for one in tested])
    others = {name: measures.errors(_pairs(tested, name)) for name in NAIVE}
    inside = sum(one.inside_interval for one in tested)
    return {
        "ours": _shown(ours),
        **{name: _shown(others[name]) for name in NAIVE},
        "coverage": certain(inside, len(tested)),
        "verdict": _verdict(tested, inside),
    }


def _pairs(tested: Sequence[PeriodTested], name: str) -> list[Pair]:
    said = ((getattr(one, name), one.actual) for one in tested)
    return [Pair(forecast, actual) for forecast, actual in said if forecast is not None]


def _verdict(tested: Sequence[PeriodTested], inside: int) -> str:
    same = [one for one in tested if all(getattr(one, name) is not None for name in NAIVE)]
    others: Mapping[str, Errors] = {name: measures.errors(_pairs(same, name)) for name in NAIVE}
    return measures.verdict(measures.errors([Pair(one.forecast, one.actual) for one in same]), others, inside, len(tested))


def _shown(found: Errors) -> ForecastErrors:
    wape = Ratio(numerator=found.missed, denominator=found.actual, value=found.wape)
    return ForecastErrors(periods=found.periods, wape=wape, bias=Ratio(numerator=found.surplus, denominator=found.actual, value=found.bias))

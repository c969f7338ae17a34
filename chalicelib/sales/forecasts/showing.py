"""Forecasts as callers read them."""

from datetime import date
from typing import Any

from chalicelib.core.amounts import shown as in_units
from chalicelib.core.schemas import utc_text
from chalicelib.sales.forecasts import measures, rules
from chalicelib.sales.forecasts.measures import Pair
from chalicelib.sales.forecasts.models import Forecast
from chalicelib.sales.forecasts.schemas import Computed, ForecastShown, Inputs, Interval, ManagerPart

_PLAIN = ("period_type", "status", "method", "confidence_level", "notes", "actual_source", "accuracy_score")
_NUMBERS = (
    *("assigned_to", "predicted_revenue", "predicted_deals", "predicted_leads", "actual_revenue", "actual_deals", "actual_leads"),
    *("created_by", "version"),
)
MONEY = "predicted_revenue"


def shown(row: Forecast) -> ForecastShown:
    """A forecast as it stands."""
    made = row.made
    told: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    told |= {name: _whole(getattr(row, name)) for name in _NUMBERS}
    return ForecastShown(
        **told,
        id=row.number,
        period_start=date.fromisoformat(row.period_start),
        period_end=date.fromisoformat(row.period_end),
        expected_deals=made["expected_deals"] / 100 if made else None,
        categories=row.columns,
        interval=_interval(row.low, row.high),
        computed=_computed(made) if made else None,
        adjustments=row.adjustments or [],
        history=row.history or [],
        model_name=made["model"] if made else None,
        model_version=made["edition"] if made else None,
        model_parameters=made["parameters"] if made else None,
        inputs=Inputs(**made["inputs"]) if made else None,
        manager_breakdown=[ManagerPart(**one) for one in made["managers"]] if made and made["managers"] is not None else None,
        inside_interval=inside(row),
        created_at=utc_text(row.created_at),
        updated_at=utc_text(row.updated_at) if row.updated_at else None,
    )


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)


def _interval(low: Any, high: Any) -> Interval | None:
    return None if low is None or high is None else Interval(low=int(low), high=int(high), level=rules.LEVEL)


def _computed(made: dict[str, Any]) -> Computed:
    return Computed(
        predicted_revenue=made["revenue"],
        predicted_deals=made["deals"],
        predicted_leads=made["leads"],
        expected_deals=made["expected_deals"] / 100,
        categories=made["columns"],
        interval=Interval(low=made["low"], high=made["high"], level=rules.LEVEL),
    )


def inside(row: Forecast) -> bool | None:
    """Whether what came lies in the interval; None while the period is on, and without an interval."""
    if row.status != "closed" or row.actual_revenue is None:
        return None
    return Pair(int(row.predicted_revenue), int(row.actual_revenue), _whole(row.low), _whole(row.high)).is_inside


def accuracy(predicted: Any, actual: Any) -> float:
    """How right it was."""
    return measures.accuracy(int(actual), int(predicted))


def told(field: str, value: Any) -> Any:
    """A value of a field as an adjustment says it: sums in units of the currency."""
    if field == MONEY:
        return in_units(int(value))
    if isinstance(value, dict):
        return {"amount": in_units(int(value["amount"])), "count": int(value["count"])}
    return int(value)

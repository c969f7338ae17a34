"""Reads and writes of forecasts and periods."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from chalicelib.core import storage
from chalicelib.core.turns import Part
from chalicelib.sales.forecasts.errors import ForecastRaced
from chalicelib.sales.forecasts.models import Forecast, Period
from chalicelib.sales.leads.models import Lead

LIVE, COUNTER, ODDS = "live", "sales-forecast", "odds"
EVERYBODY = "all"


def place(number: int) -> str:
    """Where a forecast stands."""
    return f"{number:010d}"


def key(number: int) -> storage.Key:
    """What to read of one."""
    return Forecast.at(place(number))


def listed(first: date | None, last: date | None) -> list[Any]:
    """The forecasts whose periods begin in a span of days, as their index has them, in order."""
    between = Forecast.starts.between((first or date.min).isoformat(), f"{(last or date.max).isoformat()}~")
    return storage.query(Forecast.by_period, LIVE, between=between).rows


def create(tx: storage.Transaction, row: Forecast) -> None:
    """A new one, in the list and due when its period is over."""
    row.listed_in, row.due_in = LIVE, LIVE
    row.starts = f"{row.period_start}#{row.place}"
    tx.create(row, otherwise=ForecastRaced())


def change(tx: storage.Transaction, seen: Forecast, said: Mapping[str, Any]) -> None:
    """Say this of a forecast as it was read; the commit raises ForecastRaced where it is another by now."""
    attributes = Forecast.get_attributes()
    actions = [attributes[name].remove() if value is None else attributes[name].set(value) for name, value in sorted(said.items())]
    actions.append(Forecast.version.set(int(seen.version) + 1))
    tx.update(Forecast.row(seen.place), actions, condition=Forecast.version == seen.version, otherwise=ForecastRaced())


def remove(number: int) -> bool:
    """Whether there was one."""
    return storage.remove(Forecast.row(place(number)), condition=Forecast.place.exists())


def due(before: str) -> Part:
    """Forecasts whose periods ended before a day and that are not closed."""
    return Part(Forecast.by_due, LIVE, between=Forecast.period_end < before)


def whose(kind: str, owner: int | None) -> str:
    """Under what a period of somebody's deals stands."""
    return f"{kind}#{EVERYBODY if owner is None else owner}"


def period_key(kind: str, owner: int | None, first: date) -> storage.Key:
    """Where a period stands."""
    return Period.at(whose(kind, owner), first.isoformat())


def periods(kind: str, owner: int | None, before: date, *, most: int) -> list[Period]:
    """What is known of the periods before one, the newest first."""
    between = Period.starts < before.isoformat()
    return storage.query(Period, whose(kind, owner), between=between, newest_first=True, limit=most, consistent=True).rows


def periods_of(kind: str, owner: int | None, first: date, last: date) -> list[Period]:
    """What is known of the periods that begin in a span of days, in order."""
    between = Period.starts.between(first.isoformat(), last.isoformat())
    return storage.query(Period, whose(kind, owner), between=between).rows


def foresee(kind: str, owner: int | None, first: date, said: Mapping[str, Any], on: str) -> bool:
    """Keep what a period was forecast to bring, once; whether this was the time."""
    row = Period.row(whose(kind, owner), first.isoformat())
    return storage.make_or_change(
        row, [Period.foreseen.set(dict(said)), Period.foreseen_on.set(on)], condition=Period.foreseen.does_not_exist()
    )


def note_came(kind: str, owner: int | None, first: date, said: Mapping[str, int]) -> bool:
    """Keep what became of a period, once; whether this was the time."""
    return _once(kind, owner, first, [Period.came.set(dict(said))], Period.came.does_not_exist())


def _once(kind: str, owner: int | None, first: date, actions: list[Any], new: Any) -> bool:
    return storage.make_or_change(Period.row(whose(kind, owner), first.isoformat()), actions, condition=new)


def learn(day: str, odds: Mapping[str, Any]) -> bool:
    """Keep what was learned of stages on a day, once; whether this was the time."""
    return storage.make_or_change(Period.row(ODDS, day), [Period.odds.set(dict(odds))], condition=Period.odds.does_not_exist())


def note_done(day: str) -> None:
    """Keep that a day has had everything."""
    storage.change(Period.row(ODDS, day), [Period.done_on.set(day)])


def odds() -> Period | None:
    """What was learned of stages last."""
    found = storage.query(Period, ODDS, newest_first=True, limit=1, consistent=True).rows
    return found[0] if found else None


def generated(tx: storage.Transaction, seen: Period | None, where: tuple[str, str], forecast: str, inputs: str, at: datetime) -> None:
    """Keep which forecast of a period was generated last; the commit raises ForecastRaced where another was since."""
    before = seen.forecast if seen is not None else None
    same = Period.forecast.does_not_exist() if before is None else Period.forecast == before
    said = [Period.forecast.set(forecast), Period.inputs.set(inputs), Period.forecast_at.set(at)]
    tx.put_or_update(Period.row(*where), said, condition=same, otherwise=ForecastRaced())


def first_opened() -> datetime | None:
    """When the first deal was opened that stands in a lead's row."""
    found = storage.query(Lead.by_opened, LIVE, limit=1).rows
    return found[0].opened_at if found else None

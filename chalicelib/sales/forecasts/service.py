"""Forecasts listed, written by hand, changed and deleted."""

from collections.abc import Sequence
from typing import Any

from chalicelib.core import clock, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.listing import part
from chalicelib.core.once import AskedAtOnce
from chalicelib.core.schemas import utc_text
from chalicelib.sales.forecasts import repository, showing
from chalicelib.sales.forecasts.errors import ForecastNotFound, ForecastRaced, PeriodClosed
from chalicelib.sales.forecasts.generating import PLACE, check_owner, today
from chalicelib.sales.forecasts.models import Forecast
from chalicelib.sales.forecasts.rules import COLUMNS
from chalicelib.sales.forecasts.schemas import (
    ACTUAL,
    PREDICTED,
    ForecastChange,
    Forecasts,
    ForecastShown,
    ForecastsQuery,
    NewForecast,
)
from chalicelib.sales.leads import access
from chalicelib.staff import repository as staff
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member

BY_HAND = "manual"
MOST_KEPT, ROOM = 200, 256 * 1024
"""Adjustments and steps that are kept, the newest ones: a row has an end, and whoever changes a forecast need not."""


def listed(query: ForecastsQuery, member: Member) -> Forecasts:
    """The forecasts that are asked for, as he may see them: a query of the index, and the rows."""
    found = [row for row in repository.listed(query.date_from, query.date_to) if _matches(row, query) and _sees(member, row)]
    by_creation = query.order_by == "created_at"
    found.sort(key=lambda row: (row.created_at, row.place) if by_creation else (row.starts,), reverse=query.sort == "desc")
    some, numbers = part(found, query)
    rows = [row for row in storage.whole(some) if row is not None] if some else []
    return Forecasts(items=[showing.shown(row) for row in rows], **numbers)


def _matches(row: Any, query: ForecastsQuery) -> bool:
    owner = query.assigned_to
    is_his = owner is None or int(row.assigned_to or 0) == owner
    is_named = (query.search or "").casefold() in (row.notes or "").casefold()
    return is_his and is_named and query.status in (None, row.status) and query.period_type in (None, row.period_type)


def _sees(member: Member, row: Any) -> bool:
    """A manager sees forecasts of his own deals: one of everybody's says what colleagues have."""
    return not access.is_narrowed(member) or row.assigned_to == member.user_id


def one(number: int, member: Member) -> ForecastShown:
    """A forecast. Raises ForecastNotFound, also of another manager's."""
    return showing.shown(_seen(number, member))


def _seen(number: int, member: Member) -> Forecast:
    row: Forecast | None = storage.read(repository.key(number))[0]
    if row is None or not _sees(member, row):
        raise ForecastNotFound
    return row


@storage.again(AskedAtOnce)
def create(body: NewForecast, member: Member, key: str | None) -> ForecastShown:
    """A forecast by hand; a repeat under the same Idempotency-Key gives the one that it made. Raises Invalid, PeriodClosed, KeyReused."""
    request = once.request(member.actor, f"POST {PLACE}", key, body)
    before, users = storage.read_lists(request.keys, [staff.key(body.assigned_to)] if body.assigned_to else [])
    made = request.made(before)
    if made and (known := storage.read(repository.key(int(made)))[0]):
        return _at(known)
    check_owner(body.assigned_to, users)
    if body.period_end < today():
        raise PeriodClosed
    tx, row = storage.Transaction(), _by_hand(body, member)
    repository.create(tx, row)
    request.done(tx, str(row.number))
    tx.commit()
    return _at(row)


def _at(row: Forecast) -> ForecastShown:
    return showing.shown(row).saying(Location=f"{PLACE}/{row.number}")


def _by_hand(body: NewForecast, member: Member) -> Forecast:
    said: dict[str, Any] = body.model_dump(exclude={"period_start", "period_end", "categories"}, exclude_none=True)
    said |= {"period_start": body.period_start.isoformat(), "period_end": body.period_end.isoformat()}
    columns = {column: {"amount": 0, "count": 0} for column in COLUMNS} | _dumped(body.categories)
    said |= {"place": repository.place(storage.next_number(repository.COUNTER)), "method": BY_HAND, "columns": columns}
    return Forecast(**said, created_by=member.user_id, created_at=clock.now())


def _dumped(columns: Any) -> dict[str, dict[str, int]]:
    return {name: {"amount": one.amount, "count": one.count} for name, one in (columns or {}).items()}


@storage.again(ForecastRaced)
def change(number: int, body: ForecastChange, member: Member) -> ForecastShown:
    """Change what is said; what was worked out stays. Raises ForecastNotFound, Invalid, PeriodClosed, ChangedMeanwhile."""
    row = _seen(number, member)
    if body.version not in (None, int(row.version)):
        raise ChangedMeanwhile({"version": int(row.version)})
    said = _predicted(row, body, member) | _status(row, body, member) | _actual(row, body) | _notes(row, body)
    if said:
        tx = storage.Transaction()
        said |= {"updated_at": clock.now()}
        repository.change(tx, row, said)
        tx.commit()
        row.attribute_values.update({**said, "version": int(row.version) + 1})
    return showing.shown(row)


def _check_on(row: Forecast) -> None:
    """Raises PeriodClosed where the period is over: who knows the end forecasts nothing."""
    if row.status == "closed" or row.period_end < today().isoformat():
        raise PeriodClosed


def _predicted(row: Forecast, body: ForecastChange, member: Member) -> dict[str, Any]:
    """What is predicted otherwise, each change kept with the reason."""
    said: dict[str, Any] = {name: value for name in PREDICTED if (value := getattr(body, name)) not in (None, int(getattr(row, name)))}
    moved = {name: one for name, one in _dumped(body.categories).items() if one != row.columns.get(name)}
    if not said and not moved:
        return {}
    _check_on(row)
    if not body.note:
        raise Invalid.field("body", "note", msg="expected why something is predicted otherwise")
    steps = [(name, getattr(row, name), value) for name, value in said.items()]
    steps += [(f"categories.{name}", row.columns[name], one) for name, one in moved.items()]
    found = {"adjustments": storage.newest([*(row.adjustments or []), *_noted(steps, body.note, member)], most=MOST_KEPT, within=ROOM)}
    return {**said, **found, **({"columns": {**row.columns, **moved}} if moved else {})}


def _noted(steps: Sequence[tuple[str, Any, Any]], note: str, member: Member) -> list[dict[str, Any]]:
    common = {"note": note, "by": member.actor, "at": utc_text(clock.now())}
    return [{"field": name, "from": showing.told(name, was), "to": showing.told(name, value), **common} for name, was, value in steps]


def _status(row: Forecast, body: ForecastChange, member: Member) -> dict[str, Any]:
    if body.status in (None, row.status):
        return {}
    _check_on(row)
    step = {"from": row.status, "to": body.status, "by": member.actor, "at": utc_text(clock.now())}
    return {"status": body.status, "history": storage.newest([*(row.history or []), step], most=MOST_KEPT)}


def _actual(row: Forecast, body: ForecastChange) -> dict[str, Any]:
    """What came, by hand: also once the period is over, and then it is judged anew."""
    said: dict[str, Any] = {name: value for name in ACTUAL if (value := getattr(body, name)) not in (None, getattr(row, name))}
    if not said:
        return {}
    revenue = said.get("actual_revenue", row.actual_revenue)
    judged = {"accuracy_score": showing.accuracy(row.predicted_revenue, revenue)} if row.status == "closed" and revenue is not None else {}
    return {**said, **judged, "actual_source": BY_HAND}


def _notes(row: Forecast, body: ForecastChange) -> dict[str, Any]:
    return {"notes": body.notes} if "notes" in body.model_fields_set and body.notes != row.notes else {}


def delete(number: int) -> None:
    """Have it be gone. Raises ForecastNotFound."""
    if not repository.remove(number):
        raise ForecastNotFound

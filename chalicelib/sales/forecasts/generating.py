"""Forecasts generated: what was told of deals until now is counted first, and the same inputs within an hour are the same forecast."""

from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple

from chalicelib.analytics.counts import periods
from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts import service as counting
from chalicelib.core import clock, facts, once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.facts import followers
from chalicelib.core.once import AskedAtOnce
from chalicelib.core.schemas import utc_text
from chalicelib.sales.forecasts import drawing, ground, repository, rules, showing
from chalicelib.sales.forecasts.drawing import Drawn
from chalicelib.sales.forecasts.errors import ForecastRaced, PeriodClosed
from chalicelib.sales.forecasts.models import Forecast, Period
from chalicelib.sales.forecasts.schemas import Asked, AskedQuery, ForecastShown
from chalicelib.staff import repository as staff
from chalicelib.staff.members import Member
from chalicelib.staff.rules import ONE_OF_THEM, may_have_leads

PLACE: Final = "/api/v1/forecasts"
SAME_FOR: Final = timedelta(hours=1)
FACTS: Final = 200
"""Facts that are counted at most before a forecast is drawn up."""


class Wanted(NamedTuple):
    """Which forecast is asked for."""

    kind: str
    first: date
    owner: int | None


def today() -> date:
    """The business's day."""
    return date.fromisoformat(facts.day_of(clock.now()))


def wanted(body: Asked, query: AskedQuery) -> Wanted:
    """By the body, or where that says nothing by the query. Raises Invalid; PeriodClosed of a period that is over."""
    said = query.model_dump() | body.model_dump(exclude_none=True)
    kind, first = said["period_type"], said["period_start"]
    if kind is None:
        raise Invalid.field("body", "period_type", msg=f"expected one of {', '.join(periods.KINDS)}")
    first = first or periods.first(kind, today())
    if first != periods.first(kind, first):
        raise Invalid.field("body", "period_start", msg="expected the first day of such a period; a week begins on Monday")
    if periods.last(kind, first) < today():
        raise PeriodClosed
    return Wanted(kind, first, said["assigned_to"])


@storage.again(AskedAtOnce, ForecastRaced)
def generate(body: Asked, query: AskedQuery, member: Member, key: str | None) -> ForecastShown:
    """A new forecast, or the one of the last hour that was made of the same. Raises Invalid, PeriodClosed, KeyReused."""
    asked = wanted(body, query)
    request = once.request(member.actor, f"POST {PLACE}/generate", key, Asked(**said_of(asked)))
    before, (period,), users = _known(request, asked)
    made = request.made(before)
    if made and (known := storage.read(repository.key(int(made)))[0]):
        return showing.shown(known).saying(Location=f"{PLACE}/{made}")
    check_owner(asked.owner, users)
    found, as_of = draw(asked)
    tx = storage.Transaction()
    same = _same(period, found)
    row = same or _kept(tx, found, as_of, member, period)
    request.done(tx, str(row.number))
    if len(tx):
        tx.commit()
    return showing.shown(row).saying(Location=f"{PLACE}/{row.number}").answering(200 if same else 201)


def said_of(asked: Wanted) -> dict[str, Any]:
    """What is asked for, wherever it was said."""
    return {"period_type": asked.kind, "period_start": asked.first, "assigned_to": asked.owner}


def _known(request: once.Request, asked: Wanted) -> list[list[Any]]:
    return storage.read_lists(request.keys, [repository.period_key(*_at(asked))], owners(asked))


def owners(asked: Wanted) -> list[storage.Key]:
    """Where whoever's deals are meant stands among the staff."""
    return [staff.key(asked.owner)] if asked.owner else []


def _at(asked: Wanted) -> tuple[str, int | None, date]:
    return asked.kind, asked.owner, asked.first


def check_owner(owner: int | None, users: list[Any]) -> None:
    """Raises Invalid for somebody whose deals there cannot be."""
    if owner and not (users and may_have_leads(users[0])):
        raise Invalid.field("body", "assigned_to", msg=ONE_OF_THEM)


def draw(asked: Wanted) -> tuple[Drawn, datetime | None]:
    """A forecast, and until when everything is counted in it: the follower reads on first, as far as a request may wait for it."""
    followers.read_on(counting.NAME, most=FACTS)
    (until,) = storage.read(counts.as_of())
    last = periods.last(asked.kind, asked.first)
    rests_on = ground.of_period(asked.kind, asked.first, last, today(), of_each=asked.owner is not None)
    found = drawing.drawn(rests_on, asked.owner, drawing.learned(repository.odds()))
    return found, until.as_of if until is not None else None


def _same(period: Period | None, found: Drawn) -> Forecast | None:
    """The forecast of the last hour that was made of the same, where it is still there."""
    if period is None or period.inputs != found.fingerprint or period.forecast_at <= clock.now() - SAME_FOR:
        return None
    row: Forecast | None = storage.read(Forecast.at(period.forecast))[0]
    return row


def _kept(tx: storage.Transaction, found: Drawn, as_of: datetime | None, member: Member, period: Period | None) -> Forecast:
    """A new forecast, in the transaction that says of the period that it is the last one."""
    on, row = found.ground, row_of(found, as_of, member, storage.next_number(repository.COUNTER))
    repository.create(tx, row)
    where = repository.whose(on.kind, found.owner), on.first.isoformat()
    repository.generated(tx, period, where, row.place, found.fingerprint, row.created_at)
    return row


def row_of(found: Drawn, as_of: datetime | None, member: Member, number: int) -> Forecast:
    """A forecast as it is kept, or shown alone."""
    on, made, numbers = found.ground, found.made, found.worked
    made |= {"model": drawing.MODEL, "edition": drawing.EDITION}
    made["inputs"] |= {"as_of": utc_text(as_of) if as_of else None}
    return Forecast(
        place=repository.place(number),
        period_type=on.kind,
        period_start=on.first.isoformat(),
        period_end=on.last.isoformat(),
        assigned_to=found.owner,
        method=drawing.METHOD,
        predicted_revenue=numbers.revenue,
        predicted_deals=numbers.deals,
        predicted_leads=numbers.leads,
        columns=found.columns,
        low=numbers.low,
        high=numbers.high,
        confidence_level=rules.LEVEL,
        made=made,
        created_by=member.user_id,
        created_at=clock.now(),
    )

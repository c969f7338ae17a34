"""What a new day of the business brings to forecasts: what stages are worth, what each period will bring as seen from its first day, what
became of those that are over.

Runs each hour and does what the day has not had yet: so it is at ten past midnight wherever the business is, and whoever was cut short is
gone on with. Each row is written once, under a condition, so that two at a time do no harm. What is over waits until all of it is counted.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import takewhile
from typing import Any, Final

from chalicelib.analytics.counts import periods
from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts.periods import KINDS
from chalicelib.core import clock, facts, storage, turns
from chalicelib.core.schemas import utc_text
from chalicelib.sales.forecasts import drawing, ground, repository, showing
from chalicelib.sales.forecasts.errors import ForecastRaced
from chalicelib.sales.forecasts.generating import today
from chalicelib.sales.forecasts.models import Forecast
from chalicelib.sales.forecasts.rules import LOOKED_BACK, Actual
from chalicelib.sales.learning import nightly as learning
from chalicelib.staff import repository as staff
from chalicelib.staff.rules import SPEAKERS

BY: Final = "system"


def sales_daily() -> dict[str, int]:
    """Everything that the day has not had yet; how much of each was done."""
    day, row = today(), repository.odds()
    if (row is not None and row.done_on == day.isoformat()) or not _is_counted(day):
        return {}
    done = turns.each({"came": note_came, "learned": learn, "foreseen": foresee, "closed": close, "taught": teach})
    if not turns.is_over():
        repository.note_done(day.isoformat())
    return done


def learn() -> int:
    """Have stages be worth what the ends of last year's deals say; 0 where that was done today."""
    day = today()
    return repository.learn(day.isoformat(), {stage: list(seen) for stage, seen in ground.odds(day).items()})


def teach() -> int:
    """Have deals whose 90 days are over teach how likely others are to be won; how many days of them."""
    since = _since()
    return learning.learn(today(), since) if since is not None else 0


def _since() -> date | None:
    """The day on which the first deal was opened."""
    first = repository.first_opened()
    return date.fromisoformat(facts.day_of(first)) if first is not None else None


def _is_counted(day: date) -> bool:
    """Whether everything from before a day is surely counted."""
    (until,) = storage.read(counts.as_of())
    began, _ = facts.bounds(day, day)
    return until is not None and until.as_of is not None and bool(until.as_of >= began)


def _owners() -> list[int | None]:
    """Whose periods are kept: everybody's as one, nobody's, and those of each who speaks to clients, or did."""
    return [None, 0, *(int(user.user_id) for user in staff.everyone() if user.role in SPEAKERS)]


def note_came() -> int:
    """Keep what became of periods that are over: of the last ones, as far as there were deals from their first day on."""
    day, since = today(), _since()
    if since is None:
        return 0
    owners, written = _owners(), 0
    for kind, start in _over(day, since):
        if turns.is_over():
            break
        written += _came(kind, start, _without(kind, start, owners, "came"))
    return written


def _over(day: date, since: date) -> Iterator[tuple[str, date]]:
    """The last periods of each kind that are over, the nearest first."""
    for kind in KINDS:
        ended = zip(range(LOOKED_BACK), periods.before(kind, periods.first(kind, day)), strict=False)
        yield from takewhile(lambda one: one[1] >= since, ((kind, start) for _, start in ended))


def _without(kind: str, start: date, owners: Iterable[int | None], what: str) -> list[int | None]:
    """Whose rows of a period do not say that yet."""
    some = [*owners]
    rows = storage.read(*(repository.period_key(kind, owner, start) for owner in some))
    return [owner for owner, row in zip(some, rows, strict=True) if row is None or getattr(row, what) is None]


def _came(kind: str, start: date, owners: list[int | None]) -> int:
    if not owners:
        return 0
    last = periods.last(kind, start)
    found = ground.Ground(kind, start, last, last, {}, {}, ground.closed(start, last), ground.opened(start, last, of_each=True))
    return sum(repository.note_came(kind, owner, start, found.so_far(owner)._asdict()) for owner in owners)


def foresee() -> int:
    """Keep what each period that is on will bring, once, on its first day or as soon as it can be."""
    day, owners, written = today(), _owners(), 0
    learned = drawing.learned(repository.odds())
    for kind in KINDS:
        start = periods.first(kind, day)
        missing = _without(kind, start, owners, "foreseen") if not turns.is_over() else []
        if missing:
            rests_on = ground.of_period(kind, start, periods.last(kind, start), day, of_each=True)
            written += sum(_foreseen(drawing.drawn(rests_on, owner, learned), owner) for owner in _in_time(missing))
    return written


def _in_time(owners: Iterable[int | None]) -> Iterator[int | None]:
    return takewhile(lambda owner: not turns.is_over(), owners)


def _foreseen(found: drawing.Drawn, owner: int | None) -> bool:
    numbers = found.worked
    said = {name: getattr(numbers, name) for name in ("revenue", "low", "high", "deals", "leads")}
    on = found.ground
    return repository.foresee(on.kind, owner, on.first, said | {"spread": round(numbers.spread, 2)}, on.today.isoformat())


def close() -> int:
    """Say of forecasts whose periods are over what came, how right they were, and that they are closed; how many."""
    day = today()
    return turns.tried(turns.walk("sales_forecasts", [repository.due(day.isoformat())]), lambda row: _closed(str(row.place), day))


@storage.again(ForecastRaced)
def _closed(place: str, day: date) -> bool:
    """Close one; what somebody wrote down by hand stands. False where it was closed, or deleted, meanwhile."""
    row: Forecast | None = storage.read(Forecast.at(place))[0]
    if row is None or row.due_in is None or row.period_end >= day.isoformat():
        return False
    tx = storage.Transaction()
    repository.change(tx, row, _end(row))
    tx.commit()
    return True


def _end(row: Forecast) -> dict[str, Any]:
    owner = None if row.assigned_to is None else int(row.assigned_to)
    came = ground.came(row.period_type, date.fromisoformat(row.period_start), date.fromisoformat(row.period_end), owner)
    said: dict[str, Any] = _counted(row, came)
    step = {"from": row.status, "to": "closed", "by": BY, "at": utc_text(clock.now())}
    said |= {"status": "closed", "due_in": None, "history": [*(row.history or []), step], "updated_at": clock.now()}
    return said | {"accuracy_score": showing.accuracy(row.predicted_revenue, said.get("actual_revenue", row.actual_revenue))}


def _counted(row: Forecast, came: Actual) -> dict[str, Any]:
    """What came, but for what somebody says himself."""
    found = {"actual_revenue": came.revenue, "actual_deals": came.deals, "actual_leads": came.leads}
    said: dict[str, Any] = {name: value for name, value in found.items() if getattr(row, name) is None}
    return said if row.actual_source else {**said, "actual_source": "counts"}

"""What a forecast rests on, read from counts: no lead's row is read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from chalicelib.analytics.counts import periods
from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts.deals import BEEN_IN, NEW, OWNER, WORTH
from chalicelib.analytics.counts.rules import DEALS, EVER, FUNNEL, FUNNEL_OWNERS, PIPELINE, UNDATED
from chalicelib.analytics.figures.rules import added
from chalicelib.sales.forecasts import rules
from chalicelib.sales.forecasts.repository import LIVE
from chalicelib.sales.forecasts.rules import Actual, Numbers, Odds, Open

OVERDUE: Final = timedelta(days=366)
"""How far back deals are looked for whose day has passed."""

LEARNED: Final = timedelta(days=365)
"""Of how many days the ends of deals teach what a stage is worth."""

Rows = Mapping[str, list[tuple[str, Numbers]]]
"""Whose → days and their numbers."""


def _rows(family: str, first: date | str, last: date | str, begins: str = "") -> dict[str, list[tuple[str, Numbers]]]:
    """A family's rows of some days, by whose they are: one query. Keys that begin otherwise are none of it."""
    found: dict[str, list[tuple[str, Numbers]]] = {}
    for place, row in counts.of_days(family, LIVE, str(first), str(last)).items():
        if place.key.startswith(begins):
            found.setdefault(place.key.removeprefix(begins), []).append((place.day, row.numbers))
    return found


def _sums(rows: Rows) -> dict[str, Numbers]:
    return {key: added([numbers for _, numbers in some]) for key, some in rows.items()}


@dataclass(frozen=True)
class Ground:
    """The open deals and what a period brought so far, for each of the managers; seen from a day."""

    kind: str
    first: date
    last: date
    today: date
    pipeline: Rows
    undated: Mapping[str, Numbers]
    closed: Mapping[str, Numbers]
    opened: Mapping[str, Numbers]

    def open_deals(self, owner: int | None) -> Open:
        """His open deals, or everybody's."""
        rows = self.pipeline.get(str(owner), []) if owner is not None else [row for some in self.pipeline.values() for row in some]
        days = (day.isoformat() for day in (self.first, self.last, self.today))
        return rules.opened(rows, _his(self.undated, owner), *days)

    def so_far(self, owner: int | None) -> Actual:
        """What the days of the period until now brought."""
        leads = self.opened.get("", {}) if owner is None and "" in self.opened else _his(self.opened, owner)
        return actual(self.kind, _his(self.closed, owner), leads)

    @property
    def rest(self) -> Any:
        """How much of the period is left."""
        return rules.left(self.first, self.last, self.today)

    @property
    def owners(self) -> list[int]:
        """Who has, or had, anything in it; 0 is nobody."""
        return sorted({int(owner) for rows in (self.pipeline, self.closed) for owner in rows})


def _his(numbers: Mapping[str, Numbers], owner: int | None) -> Numbers:
    return added([*numbers.values()]) if owner is None else numbers.get(str(owner), {})


def actual(kind: str, closed: Numbers, leads: Numbers) -> Actual:
    """What numbers of `deals` and of the funnel say of a period."""
    new = f"{NEW}{kind}"
    won = closed.get("amount", 0), closed.get("won", 0)
    return Actual(*won, leads.get("opened", 0), closed.get(f"{new}{WORTH}", 0), closed.get(new, 0))


def of_period(kind: str, first: date, last: date, today: date, *, of_each: bool) -> Ground:
    """Read it: four queries. `of_each`: leads are counted for each manager, which reads more."""
    pipeline = _rows(PIPELINE, min(first, today - OVERDUE), last)
    until = min(last, today)
    undated = _sums(_rows(UNDATED, EVER, EVER))
    return Ground(kind, first, last, today, pipeline, undated, closed(first, until), opened(first, until, of_each=of_each))


def closed(first: date, last: date) -> dict[str, Numbers]:
    """What was won and lost in some days, whose."""
    return _sums(_rows(DEALS, first, last, OWNER)) if first <= last else {}


def opened(first: date, last: date, *, of_each: bool) -> dict[str, Numbers]:
    """Deals opened in some days; whose, or of all."""
    return _sums(_rows(FUNNEL_OWNERS if of_each else FUNNEL, first, last)) if first <= last else {}


def came(kind: str, first: date, last: date, owner: int | None) -> Actual:
    """What became of days that are over."""
    return actual(kind, _his(closed(first, last), owner), _his(opened(first, last, of_each=owner is not None), owner))


def odds(today: date) -> dict[str, Odds]:
    """What became of deals that had been in each stage: those that ended in the year before a day."""
    return learned(closed(today - LEARNED, today - periods.DAY).values())


def learned(found: Iterable[Numbers]) -> dict[str, Odds]:
    """The same from numbers of `deals`."""
    numbers = added([*found])
    won, lost = ({stage: numbers.get(f"{BEEN_IN}{stage}.{end}", 0) for stage in rules.OPEN_STAGES} for end in ("won", "lost"))
    return {stage: Odds(won[stage], won[stage] + lost[stage]) for stage in rules.OPEN_STAGES}

"""What every report rests on: whose deals it is about, of which days, and what was counted of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts.rules import FUNNEL, FUNNEL_OWNERS
from chalicelib.analytics.figures.rates import rate, wilson
from chalicelib.analytics.figures.rules import added
from chalicelib.core import storage
from chalicelib.core.settings import settings
from chalicelib.sales.reports import rules
from chalicelib.sales.reports.rules import Numbers
from chalicelib.sales.reports.schemas import Certain, Rate, ReportQuery, WinRate

LIVE: Final = "live"


@dataclass(frozen=True)
class Asked:
    """A report's days, whose deals alone it shows (everybody's where `mine` is none), and until when everything is surely counted.

    That moment is read before the counts are: they may say more than it promises, never less.
    """

    first: date
    last: date
    mine: int | None
    as_of: datetime | None

    def rows(self, family: str) -> Mapping[str, Numbers]:
        """A family's numbers of these days, added up row by row: one query."""
        found: dict[str, list[Numbers]] = {}
        for place, row in counts.of_days(family, LIVE, self.first.isoformat(), self.last.isoformat()).items():
            found.setdefault(place.key, []).append(row.numbers)
        return {key: added(some) for key, some in found.items()}

    @cached_property
    def whole(self) -> Numbers:
        """All the deals that it shows, as one."""
        return self.rows(FUNNEL).get("", {}) if self.mine is None else self.rows(FUNNEL_OWNERS).get(str(self.mine), {})

    @property
    def named(self) -> dict[str, Any]:
        """What every report says of itself."""
        said = {"date_from": self.first, "date_to": self.last, "timezone": settings().business_timezone}
        return {**said, "as_of": self.as_of, "manager_id": self.mine}


def asked(query: ReportQuery, mine: int | None) -> Asked:
    """A report's ground, read by one call."""
    (until,) = storage.read(counts.as_of())
    return Asked(*query.span, mine, until_of(until))


def until_of(row: Any) -> datetime | None:
    """Until when everything is surely counted, from the row at `counts.as_of()`."""
    return row.as_of if row is not None else None


def part(numerator: int, denominator: int) -> Rate:
    """A share as it is shown."""
    return Rate(numerator=numerator, denominator=denominator, value=rate(numerator, denominator))


def certain(numerator: int, denominator: int) -> Certain:
    """A share, and how sure it is."""
    low, high = wilson(numerator, denominator)
    return Certain(numerator=numerator, denominator=denominator, value=rate(numerator, denominator), low=low, high=high)


def win_rate(numbers: Numbers) -> WinRate:
    """How many of the deals that were won or lost were won, and how sure that is."""
    found = certain(numbers.get("won", 0), rules.closed(numbers))
    return WinRate(**found.model_dump(), few=rules.is_few(numbers))

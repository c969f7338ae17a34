"""What figures are read from: days of counts, and sets of the people index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from chalicelib.analytics.counts import repository as counts
from chalicelib.analytics.counts.models import CountRow
from chalicelib.analytics.counts.rules import BUYERS, OPS, PAYROLL, Place
from chalicelib.analytics.figures import crowds, days, rules
from chalicelib.analytics.figures.rules import Numbers
from chalicelib.clients.index.service import PEOPLE
from chalicelib.core import facts, storage
from chalicelib.core.bitmaps import finding
from chalicelib.core.settings import settings
from chalicelib.loyalty.accounts import people as loyalty_people

LIVE: Final = "live"
BESIDE: Final = (loyalty_people,)
"""What must be known of clients before they are asked for: loyalty's facets."""


@dataclass(frozen=True)
class Span:
    """Days of the business, both ends included, as the counts have them."""

    first: date
    last: date

    @cached_property
    def rows(self) -> Mapping[Place, CountRow]:
        """Everything counted of the till, who bought, and pay: one query."""
        return counts.of_days(OPS, LIVE, self.first.isoformat(), self.last.isoformat())

    @cached_property
    def by_day(self) -> dict[str, Numbers]:
        """Each day's numbers, of the till and of pay, also of a day on which nothing happened."""
        found: dict[str, dict[str, int]] = {}
        for place, row in self.rows.items():
            if place.family in (OPS, PAYROLL) and not place.key:
                found[place.day] = found.get(place.day, {}) | row.numbers
        return {day: found.get(day, {}) for day in days.each(self.first, self.last)}

    @cached_property
    def whole(self) -> Numbers:
        """All days as one."""
        return rules.added(self.by_day.values())

    def of(self, beginning: str) -> dict[str, Numbers]:
        """The same by level or by channel, whose rows begin so."""
        found: dict[str, list[Numbers]] = {}
        for place, row in self.rows.items():
            if place.key.startswith(beginning):
                found.setdefault(place.key.removeprefix(beginning), []).append(row.numbers)
        return {key: rules.added(numbers) for key, numbers in found.items()}

    @cached_property
    def buyers(self) -> dict[str, int]:
        """Who bought, by day, as sets."""
        return {place.day: row.ids for place, row in self.rows.items() if place.family == BUYERS}

    @cached_property
    def distinct(self) -> int:
        """Everybody who bought."""
        return crowds.union(self.buyers.values())

    def named(self, as_of: datetime | None) -> dict[str, Any]:
        """What every answer says of its days."""
        return {
            "effective_from": self.first,
            "effective_to": self.last,
            "timezone": settings().business_timezone,
            "as_of": as_of,
        }


def counted_until(row: Any) -> datetime | None:
    """Until when everything is surely counted, from the row at `counts.as_of()`; None before the first reading."""
    return row.as_of if row is not None else None


def read_until() -> datetime | None:
    """The same, read by itself."""
    return counted_until(storage.read(counts.as_of())[0])


def crowd(*facets: str) -> dict[str, dict[str, int]]:
    """Who has which value of these facets, which stand together: a call for those who are pending, one for the sets."""
    return finding.values(PEOPLE, LIVE, *facets, behind=finding.late(PEOPLE, LIVE))


def starts(day: str) -> int:
    """When a day of the business begins, in unix seconds."""
    return int(facts.bounds(day, day)[0].timestamp())


def today(now: datetime) -> date:
    """The business's day of a moment."""
    return date.fromisoformat(facts.day_of(now))

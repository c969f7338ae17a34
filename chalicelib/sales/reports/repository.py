"""What figures of deals are counted again from, and who waits for an answer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from chalicelib.clients.index.service import PEOPLE
from chalicelib.core import facts, storage
from chalicelib.core.bitmaps import finding
from chalicelib.core.bitmaps import rows as sets
from chalicelib.core.bitmaps.sets import BLOCK
from chalicelib.sales.leads.facts import standing
from chalicelib.sales.leads.models import Lead, Past
from chalicelib.sales.leads.rules import OWNER, described

LIVE = "live"
TICK = timedelta(microseconds=1)
"""Spans of a query have both their ends."""


def of_day(contour: str, day: str) -> Iterator[Mapping[str, Any]]:
    """How every deal stands that was opened on a day, came to its end on it or is expected to, each once.

    Indexes name them; a lead's own row says how its deal stands, the row of his past how an earlier one stood.
    """
    for indexes in _dated(day):
        named = [row for index, within in indexes for row in storage.query(index, contour, between=within).rows]
        distinct = {storage.address(row): row for row in named}
        for row in storage.whole(distinct.values()):
            if row.listed_in == contour:
                yield standing(row) if isinstance(row, Lead) else row.said


def _dated(day: str) -> tuple[tuple[tuple[Any, Any], ...], ...]:
    """The indexes by the days of a deal, of leads and of earlier deals. Each is named: what a role may ask for is read from here."""
    span = _span(*facts.bounds(day, day))
    return (
        (
            (Lead.by_opened, Lead.opened_at.between(*span)),
            (Lead.by_closed, Lead.closed_at.between(*span)),
            (Lead.by_expected, Lead.expected_close == day),
        ),
        ((Past.by_opened, Past.opened_at.between(*span)), (Past.by_closed, Past.closed_at.between(*span))),
    )


def _span(first: datetime, after: datetime) -> tuple[datetime, datetime]:
    return first, after - TICK


def waiting(contour: str, first: datetime, after: datetime, *, limit: int) -> storage.Page:
    """The leads of a span whom nobody has answered, the longest waiting first, as the index has them: numbers and moments alone."""
    between = Lead.opened_at.between(*_span(first, after))
    return storage.query(Lead.by_waiting, contour, between=between, limit=limit)


def pending() -> storage.Page:
    """People whom the sets may be behind: one call."""
    return PEOPLE.pending(LIVE, finding.MOST_PENDING)


def blocks(waiting: Sequence[Lead], owner: int) -> list[storage.Key]:
    """Where the set of somebody's leads stands, as far as it may hold any of these: a block for 4,096 ids."""
    numbers = dict.fromkeys(lead.number // BLOCK for lead in waiting)
    return [sets.Spot(f"{OWNER}#{owner}", number).key(PEOPLE.space(LIVE)) for number in numbers]


def his(waiting: Sequence[Lead], owner: int, found: Sequence[Any], late: storage.Page | None) -> list[Lead]:
    """Those who are somebody's, by the blocks that were found and by the rows of who was pending before."""
    behind = [(row.number, described(row.others)) for row in (late.rows if late else ())]
    ids = finding.corrected(OWNER, {str(owner): sets.ids(found)}, behind)[str(owner)]
    return [lead for lead in waiting if ids >> lead.number & 1]

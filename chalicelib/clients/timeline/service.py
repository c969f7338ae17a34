"""A client's past, read from the log alone."""

from typing import Any

from chalicelib.clients import service as clients
from chalicelib.clients.timeline import deals, rules
from chalicelib.clients.timeline.rules import People
from chalicelib.clients.timeline.schemas import Event, Timeline, TimelineQuery
from chalicelib.core import facts, pagination, storage
from chalicelib.core.facts import FactRow
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings

MOST_PAGES = 5
"""Readings of the log that one page is filled by: whoever is written to each minute has a page that goes on by its cursor."""


def timeline(reference: str, query: TimelineQuery) -> Timeline:
    """What happened to a client, newest first; of one who was merged, what is told of whom he became. Raises ClientNotFound."""
    known = clients.find(reference, clients.contour_of(reference))
    start = pagination.decode(query.cursor, "subject", "fact_id")
    page = happened(known.client_id, limit=query.limit, start=start)
    return Timeline(client_id=known.lead_number, events=[event(row) for row in page.rows], next_cursor=pagination.encode(page.next_key))


def happened(client_id: str, *, limit: int, start: dict[str, Any] | None) -> storage.Page:
    """A client's facts that are rows of his past, newest first: one reading, and one more for what was left out of it."""
    found: list[FactRow] = []
    for _ in range(MOST_PAGES):
        page = facts.of_subject(client_id, limit=limit - len(found), start=start)
        found += [row for row in page.rows if is_a_row(row)]
        start = page.next_key
        if start is None or len(found) == limit:
            break
    return storage.Page(found, start)


def is_a_row(row: FactRow) -> bool:
    """Whether a fact is told: of a change that only counts a contact the message tells."""
    return row.kind != deals.KIND or bool(deals.what(row.data))


def people(row: FactRow) -> set[int]:
    """Whom of the staff a fact names, by their ids: who did it, and to whom a lead was given."""
    kind, _, number = row.actor.partition("#")
    acting = {int(number)} if kind == rules.STAFF and number.isdecimal() else set[int]()
    given = deals.whom(row.data) if row.kind == deals.KIND else None
    return acting | ({given} if given else set())


def event(row: FactRow, people: People | None = None) -> Event:
    """A fact as the office reads it; `people` are names of the staff that are known."""
    zone = settings().zone
    deal = deals.what(row.data, people) if row.kind == deals.KIND else ""
    return Event(
        fact_id=row.fact_id,
        kind=row.kind,
        actor=row.actor,
        who=rules.who(row.actor, people),
        what=deal or rules.what(row.kind, row.data, zone),
        at=utc_text(row.happened_at),
        at_text=rules.when(row.happened_at, zone),
        ref=row.ref,
        data=row.data,
    )

"""A client's past, read from the log alone."""

from chalicelib.clients import service as clients
from chalicelib.clients.timeline import rules
from chalicelib.clients.timeline.schemas import Event, Timeline, TimelineQuery
from chalicelib.core import facts, pagination
from chalicelib.core.facts import FactRow
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings


def timeline(reference: str, query: TimelineQuery) -> Timeline:
    """What happened to a client, newest first; of one who was merged, what is told of whom he became. Raises ClientNotFound."""
    known = clients.find(reference, clients.contour_of(reference))
    start = pagination.decode(query.cursor, "subject", "fact_id")
    page = facts.of_subject(known.client_id, limit=query.limit, start=start)
    return Timeline(client_id=known.lead_number, events=[event(row) for row in page.rows], next_cursor=pagination.encode(page.next_key))


def event(row: FactRow) -> Event:
    """A fact as the office reads it."""
    zone = settings().zone
    return Event(
        fact_id=row.fact_id,
        kind=row.kind,
        actor=row.actor,
        who=rules.who(row.actor),
        what=rules.what(row.kind, row.data, zone),
        at=utc_text(row.happened_at),
        at_text=rules.when(row.happened_at, zone),
        ref=row.ref,
        data=row.data,
    )

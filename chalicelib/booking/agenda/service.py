"""Sessions as the office lists them, newest first: an index names them, each is shown as it stands."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from chalicelib.booking.agenda.schemas import SessionList, SessionRow, SessionsQuery
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session
from chalicelib.booking.slots import service as slots
from chalicelib.core import clock, facts, pagination, storage
from chalicelib.core.batches import batched
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings


def listed(query: SessionsQuery) -> SessionList:
    """A page of sessions. A page is full where there are so many, whatever the status; the cursor says where the next one begins."""
    shown = [*islice(_found(query), query.limit + 1)]
    rest = len(shown) > query.limit
    last = shown[query.limit - 1] if rest else None
    cursor = {"begins": {"S": sessions.begins(last.start_at, last.session_id)}} if last else None
    return SessionList(sessions=[_row(one) for one in shown[: query.limit]], next_cursor=pagination.encode(cursor))


def _found(query: SessionsQuery) -> Iterator[Session]:
    first, after = facts.bounds(*query.days(clock.now().astimezone(settings().zone).date()))
    past, size = _past(query.cursor), query.limit + 1
    if query.specialist_id:
        named = sessions.starting_of(query.specialist_id, first, after, past=past, size=size)
    else:
        named = sessions.starting(query.contour, first, after, past=past, size=size)
    rows = (row for some in batched(named, query.limit + 1) for row in storage.whole(some))
    return (row for row in rows if _is_asked_for(row, query, first, after))


def _past(cursor: str | None) -> str | None:
    """After which session the page begins. Raises Invalid for a cursor that no answer gave."""
    key = pagination.decode(cursor, "begins")
    return str(key["begins"]["S"]) if key else None


def _is_asked_for(row: Session, query: SessionsQuery, first: datetime, after: datetime) -> bool:
    """Whether a session still is what it was found for: it may have been moved meanwhile."""
    of_whom = query.specialist_id in (None, row.specialist_id) and row.contour == query.contour
    return of_whom and first <= row.start_at < after and query.status in (None, row.status)


def _row(session: Session) -> SessionRow:
    return SessionRow(
        session_id=session.session_id,
        ticket_id=session.ticket_id,
        client_id=session.lead_number,
        client_name=session.client_name,
        specialist_id=session.specialist_id,
        specialist_name=session.specialist_name,
        status=session.status,
        start_at=utc_text(session.start_at),
        slot_time=slots.text(session.start_at),
        minutes=int(session.minutes),
        rating=int(session.rating) if session.rating is not None else None,
        cancellation_reason=session.cancellation_reason,
    )

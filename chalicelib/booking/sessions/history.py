"""What a client may read of his own sessions."""

from chalicelib.booking.sessions import repository
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.sessions.schemas import History, HistoryQuery, HistoryRow
from chalicelib.booking.slots import service as slots
from chalicelib.clients import service as clients
from chalicelib.core import pagination
from chalicelib.core.errors import Invalid
from chalicelib.core.schemas import utc_text
from chalicelib.core.security import Caller


def history(query: HistoryQuery, caller: Caller) -> History:
    """A client's sessions, newest first. A client sees his own, whatever he asks for; raises ClientNotFound."""
    start = pagination.decode(query.cursor, "ticket_id", "session_id", "client_id", "start_at")
    page = repository.of_client(_whose(query, caller), limit=query.limit, start=start)
    return History(sessions=[_row(session) for session in page.rows], next_cursor=pagination.encode(page.next_key))


def _whose(query: HistoryQuery, caller: Caller) -> str:
    if caller.kind == "client":
        return caller.client_id or clients.by_telegram(telegram_id=caller.account).client_id
    if not query.client_telegram:
        raise Invalid.field("query", "client_telegram", msg="expected the client's Telegram id or @username", kind="missing")
    person = clients.person_from(telegram=query.client_telegram)
    return clients.by_telegram(telegram_id=person.telegram_typed, username=person.telegram_username).client_id


def _row(session: Session) -> HistoryRow:
    return HistoryRow(
        ticket_id=session.ticket_id,
        psychologist_name=session.specialist_name,
        slot_time=slots.text(session.start_at),
        status=session.status,
        rating=int(session.rating) if session.rating is not None else None,
        feedback=session.feedback,
        start_at=utc_text(session.start_at),
    )

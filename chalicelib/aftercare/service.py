"""The ticks. Each computes what is due from rules and state, and writes its send key with the message: twice is once."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypeVar

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Session, SessionRaced
from chalicelib.core import clock, storage
from chalicelib.core.observability import logger
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.errors import TicketRaced
from chalicelib.intake.tickets.service import Ticket

CONTOURS = ("live", "test")
FOLLOW_WITHIN = timedelta(minutes=2)
Row = TypeVar("Row", Session, Ticket)


def check_links() -> int:
    """Tell the admin, once each, of links that nobody followed in two minutes; how many."""
    due = (ticket for contour in CONTOURS for ticket in tickets.unfollowed(contour, clock.now() - FOLLOW_WITHIN))
    return _each(due, tickets.report_unfollowed_in)


def remind() -> int:
    """Remind both sides of confirmed sessions that start within two hours, once for each start; how many."""
    due = (session for contour in CONTOURS for session in sessions.to_remind(contour))
    return _each(due, sessions.remind_in)


def close() -> int:
    """End the sessions that are over: confirmed ones are completed and both sides asked, pending ones are missed; how many."""
    due = (session for contour in CONTOURS for session in sessions.to_close(contour))
    return _each(due, sessions.close_in)


def _each(rows: Iterable[Row], change: Callable[[storage.Transaction, Row], None]) -> int:
    """One transaction for each row; a row that another tick was faster with is nobody's trouble, nor the others'."""
    changed = 0
    for row in rows:
        tx = storage.Transaction()
        try:
            change(tx, row)
            tx.commit()
        except (SessionRaced, TicketRaced):
            continue
        except Exception:  # one broken row must not keep the others waiting; the next tick finds it again
            logger.exception("a tick failed for one row", extra={"kind": type(row).__name__})
            continue
        changed += 1
    return changed

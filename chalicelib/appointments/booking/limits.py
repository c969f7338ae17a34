"""How many sessions ahead a client may book by himself.

No counter goes up and down: a row names what he booked, whether it lives is the sessions' to say, and they are asked only when the row
is full. Each live one is in the row, for nothing is taken out before it was seen to be over; so a full row that was looked through is
the truth, whoever cancelled, moved or ended what, and the row's own condition lets one of two simultaneous bookings in.
"""

from chalicelib.appointments.booking.errors import BookingLimit, BookingRaced
from chalicelib.appointments.booking.models import AppBookings
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.rules import is_live
from chalicelib.core import clock, storage

MOST = 3


def key(client_id: str) -> storage.Key:
    """What to read for `admit_in`."""
    return AppBookings.at(client_id)


def admit_in(tx: storage.Transaction, client_id: str, row: AppBookings | None, *, ticket_id: str, session_id: str) -> None:
    """Add a booking to those of a client, as they were read. Raises BookingLimit; the commit raises BookingRaced."""
    seen = set(row.live or ()) if row else set()
    live = seen if len(seen) < MOST else _still(seen)
    if len(live) >= MOST:
        raise BookingLimit({"most": MOST})
    same = AppBookings.live == seen if seen else AppBookings.live.does_not_exist()
    after = live | {f"{ticket_id}#{session_id}"}
    tx.put_or_update(AppBookings.row(client_id), [AppBookings.live.set(after)], condition=same, otherwise=BookingRaced())


def _still(names: set[str]) -> set[str]:
    """Those that own their time and are not over: a read."""
    named = sorted(names)
    rows = storage.read(*(sessions.by_key(*name.split("#")) for name in named))
    return {
        name
        for name, session in zip(named, rows, strict=True)
        if session is not None and is_live(session.status) and session.end_at > clock.now()
    }

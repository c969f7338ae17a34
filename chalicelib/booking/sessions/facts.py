"""What the log says of sessions. `was` is the status that a fact ends, `status` the one that it begins: counts follow them."""

from datetime import datetime
from typing import Any

from chalicelib.booking.sessions.models import Session
from chalicelib.core import facts, storage
from chalicelib.core.facts import Fact, FactRow, detailed


@detailed
class _OfSession(Fact, abstract=True):
    """Every fact of a session says whose it is, when, and how it stands; `ref` is its ticket."""

    session_id: str
    specialist_id: str
    start_at: datetime
    status: str | None = None
    was: str | None = None


class SessionBooked(_OfSession):
    """A slot was given to a client."""


class SessionConfirmed(_OfSession):
    """A pending session is confirmed: by the client, the office or the old database."""


@detailed
class SessionPaid(_OfSession):
    """The payment came: the session is confirmed and its slot the client's for good.

    One that was confirmed before, or as it was booked, has no `was` and no `status` here: its own fact says them.
    """

    amount: int | None = None


@detailed
class SessionMoved(_OfSession):
    """A session has another time, with the same specialist."""

    was_at: datetime


@detailed
class SessionCancelled(_OfSession):
    """A session is off: called off by the actor, or for `cause` by the system."""

    cause: str


class SessionCompleted(_OfSession):
    """A session took place."""


class SessionMissed(_OfSession):
    """A session's time has passed and it did not take place."""


@detailed
class SessionRated(_OfSession):
    """A client gave a session that took place a mark, or another one than `was_rating`."""

    rating: int
    was_rating: int | None = None


def record(tx: storage.Transaction, kind: type[_OfSession], session: Session, **said: Any) -> FactRow:
    """Add to a transaction what happens to a session as it was read, counted for the day of its start."""
    start_at = said.pop("start_at", session.start_at)
    who: dict[str, Any] = {"subject": session.client_id, "contour": session.contour, "ref": session.ticket_id}
    return facts.record(
        tx, kind(**who, session_id=session.session_id, specialist_id=session.specialist_id, start_at=start_at, day_at=start_at, **said)
    )


def booked(tx: storage.Transaction, session: Session, *, paid: bool) -> None:
    """Add to a transaction that a session begins, and that it is paid where it is."""
    record(tx, SessionBooked, session, status=session.status)
    if paid:
        record(tx, SessionPaid, session, amount=session.amount or None)

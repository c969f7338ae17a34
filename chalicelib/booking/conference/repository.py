"""Reads and writes of meetings: the session's own fields, and the account's time."""

from datetime import timedelta

from pynamodb.expressions.condition import Condition

from chalicelib.booking.conference.errors import AdminTold, MeetingRaced, Occupied
from chalicelib.booking.conference.models import RoomQuarter
from chalicelib.booking.conference.rules import LIVE, Meeting, Plan, quarters
from chalicelib.booking.sessions.service import Session
from chalicelib.core import storage

KEPT = timedelta(days=1)
"""How long a past quarter stays: only tidiness removes it."""


def meeting_of(session: Session) -> Meeting | None:
    """The meeting that a session has, or that is being made for it."""
    if not session.conference_id:
        return None
    at = session.conference_at or session.start_at
    return Meeting(session.conference_provider, session.conference_id, session.conference_url or "", at, int(session.conference_minutes))


def attach(tx: storage.Transaction, session: Session, meeting: Meeting) -> None:
    """Give a live session its meeting, unless it has another; the commit raises MeetingRaced then."""
    actions = [
        Session.conference_provider.set(meeting.provider),
        Session.conference_id.set(meeting.meeting_id),
        Session.conference_url.set(meeting.url) if meeting.url else None,
        Session.conference_at.set(meeting.start_at),
        Session.conference_minutes.set(meeting.minutes),
        Session.conference_trouble.remove() if meeting.url else None,
    ]
    free = Session.conference_id.does_not_exist() | (Session.conference_id == meeting.meeting_id)
    condition = Session.status.is_in(*LIVE) & Session.conference_url.does_not_exist() & free
    tx.update(_handle(session), actions, condition=condition, otherwise=MeetingRaced())


def shifted(session: Session, meeting: Meeting, plan: Plan) -> None:
    """Note that the vendor has the meeting at the session's new time."""
    actions = [Session.conference_at.set(plan.start_at), Session.conference_minutes.set(plan.minutes)]
    storage.change(_handle(session), actions, condition=_has(meeting))


def detach(session: Session, meeting: Meeting) -> None:
    """Forget a meeting that is gone."""
    fields = (Session.conference_provider, Session.conference_id, Session.conference_url, Session.conference_at, Session.conference_minutes)
    storage.change(_handle(session), [field.remove() for field in fields], condition=_has(meeting))


def complain(tx: storage.Transaction, session: Session, reason: str) -> None:
    """Note that the admin is told of this session's trouble; the commit raises AdminTold when he knows."""
    condition = Session.conference_trouble.does_not_exist()
    tx.update(_handle(session), [Session.conference_trouble.set(reason)], condition=condition, otherwise=AdminTold())


def take_time(account: str, plan: Plan) -> None:
    """Keep the account's time for a session; all of it or nothing. Raises Occupied when another session has some of it."""
    tx = storage.Transaction()
    for row in _rows(account, plan):
        free = RoomQuarter.quarter.does_not_exist() | (RoomQuarter.session_id == plan.session_id)
        tx.put(row, condition=free, otherwise=Occupied())
    tx.commit()


def give_time_back(account: str, plan: Plan) -> None:
    """Let others have the time again, as far as it is this session's."""
    for row in _rows(account, plan):
        storage.remove(row, condition=RoomQuarter.session_id == plan.session_id)


def _rows(account: str, plan: Plan) -> list[RoomQuarter]:
    return [
        RoomQuarter(f"{account}#{quarter:%Y-%m-%dT%H:%MZ}", session_id=plan.session_id, expires_at=plan.end_at + KEPT)
        for quarter in quarters(plan.start_at, plan.end_at)
    ]


def _has(meeting: Meeting) -> Condition:
    return Session.conference_id == meeting.meeting_id


def _handle(session: Session) -> Session:
    return Session.row(session.ticket_id, session.session_id)

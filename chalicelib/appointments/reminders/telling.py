"""What a client reads of what he booked, and under which id: the same for one start, offset and channel, so that it is said once."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.appointments.reminders import words
from chalicelib.appointments.reminders.rules import Rule
from chalicelib.booking.sessions import reminding as sessions
from chalicelib.booking.sessions.reminding import Session
from chalicelib.clients.service import Client
from chalicelib.core import ids, storage
from chalicelib.core.schemas import utc_text
from chalicelib.core.settings import settings
from chalicelib.messaging import rules as reading
from chalicelib.messaging import service as messaging

CAUSE = "reminder"


class Place(NamedTuple):
    """Who invites, and to where."""

    company: str
    location: str


def message_id(session: Session, rule: Rule) -> str:
    """The id of a session's reminder at its start, by a rule."""
    at = session.start_at - timedelta(minutes=rule.offset)
    return ids.derived(session.session_id, utc_text(session.start_at), str(rule.offset), rule.carrier, at=at)


def key(session: Session, rule: Rule) -> storage.Key:
    """Where it stands whether that was decided."""
    return messaging.MessageRow.at(message_id(session, rule))


def remind(tx: storage.Transaction, session: Session, rule: Rule, who: Client | None, place: Place, *, due_at: datetime | None) -> None:
    """Queue a reminder, for the moment at which it is due where that is ahead. It holds while the session stands at this start."""
    about, to = _about(session), messaging.client(session.client_id)
    still: dict[str, Any] = {"guard": sessions.guard(session, *sessions.LIVE), "until": session.start_at}
    how: dict[str, Any] = {"by": rule.carrier, "message_id": message_id(session, rule), "due_at": due_at}
    messaging.say(tx, to, template(session, rule), about, _values(session, rule, who, place), **still, **how)


def specialist_key(session: Session) -> storage.Key:
    """Where it stands whether its specialist was told."""
    return messaging.MessageRow.at(_specialist_id(session))


def _specialist_id(session: Session) -> str:
    return ids.derived(session.session_id, utc_text(session.start_at), "specialist", at=session.start_at - sessions.REMIND_BEFORE)


def remind_specialist(tx: storage.Transaction, session: Session, *, now: datetime) -> None:
    """Queue the house's own reminder of its specialist, two hours before the start; the commit fails where he was told of this start."""
    due = session.start_at - sessions.REMIND_BEFORE
    sessions.specialist_reminder(tx, session, message_id=_specialist_id(session), due_at=due if due > now else None)


def withhold(tx: storage.Transaction, session: Session, rule: Rule, reason: str) -> None:
    """Write down of a reminder that was due that it is not said."""
    how: dict[str, Any] = {"reason": reason, "message_id": message_id(session, rule), "by": rule.carrier}
    messaging.keep(tx, messaging.client(session.client_id), template(session, rule), _about(session), {}, **how)


def template(session: Session, rule: Rule) -> str:
    """Whose words are said; what nobody confirmed asks for that."""
    if rule.text:
        return "client_reminder_words" if session.status == "confirmed" else "client_reminder_words_pending"
    return "client_session_reminder" if session.status == "confirmed" else "client_confirm_session"


def _about(session: Session) -> messaging.About:
    return messaging.About(CAUSE, session.contour, session.ticket_id)


def _values(session: Session, rule: Rule, who: Client | None, place: Place) -> dict[str, Any]:
    ref = {"ref": f"{session.ticket_id}:{session.session_id}"}
    if rule.text:
        return {**ref, "text": words.filled(rule.text, _said(session, who, place))}
    return {
        **ref,
        "start_at": session.start_at.isoformat(),
        "title": session.title,
        "specialist_name": session.specialist_name,
        "client_name": session.client_name,
        "lead_number": session.lead_number,
        "meeting_url": session.conference_url,
    }


def _said(session: Session, who: Client | None, place: Place) -> dict[str, str | None]:
    name = (who.name if who else None) or session.client_name or ""
    telling = reading.Telling(zone=settings().business_timezone, own=who.timezone if who else None)
    return {
        "client_name": name,
        "first_name": next(iter(name.split()), ""),
        "title": session.title,
        "specialist": session.specialist_name,
        "starts_at": reading.moment(session.start_at, telling),
        "location": place.location,
        "company": place.company,
    }

"""What a row says of a session that stands here: it is confirmed, it moves with its row, or the admin reads what contradicts it."""

from collections.abc import Mapping
from typing import Any

from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.errors import PaymentAwaited, SessionEnded, SessionPast
from chalicelib.booking.sessions.service import Session, SessionNotFound
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import SlotRef
from chalicelib.core import clock, storage
from chalicelib.intake.rows.case import CONTOUR, NOBODY, Case, marks
from chalicelib.intake.rows.news import event
from chalicelib.intake.rows.rules import Verdict
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.messaging import service as messaging


def follow(tx: storage.Transaction, case: Case, verdict: Verdict, *, new: SlotRef) -> ChangeAnswer:
    """Move or confirm the session as its row says; where it may not be, the admin is told and nothing changes hands."""
    return _move(tx, case, new) if verdict is Verdict.MOVE else _confirm(tx, case)


def _confirm(tx: storage.Transaction, case: Case) -> ChangeAnswer:
    session = _session(case)
    answer = case.says(Verdict.IGNORE if session.status == "confirmed" else Verdict.CONFIRM)
    try:
        sessions.confirm_in(tx, session, cause="confirmed_in_database")
    except PaymentAwaited:  # only the payment confirms it, whoever says so
        return _refused(tx, case, "payment_awaited", "admin_row_confirms_unpaid")
    except (SessionEnded, SessionPast):  # how it ended is asked of the office anyway
        answer = case.says(Verdict.IGNORE, "past")
    slots.note(tx, case.here, marks=marks(case, answer))
    return answer


def _move(tx: storage.Transaction, case: Case, new: SlotRef) -> ChangeAnswer:
    """The slot and its session at the row's time; a slot without a session is only taken elsewhere."""
    if new.start_at <= clock.now():
        return _refused(tx, case, "past")
    session = _session_and_days(case, new)
    if slots.in_the_way(case.days, new):
        return _refused(tx, case, "overlaps")
    try:
        if session is not None:
            sessions.follow_in(tx, session, new, confirmed=event(case).confirms, cause="confirmed_in_database")
    except (SessionEnded, SessionPast):
        return _refused(tx, case, "past")
    answer = case.says(Verdict.MOVE)
    slots.carry(tx, case.here, new, case.days, marks=marks(case, answer))
    return answer


def _session_and_days(case: Case, new: SlotRef) -> Session | None:
    """The session that goes along, and the days that the slot leaves and enters: one read."""
    days = list(dict.fromkeys([*slots.day_keys(slots.ref(case.here)), *slots.day_keys(new)]))
    session, *rows = storage.read(sessions.by_key(case.here.ticket_id or NOBODY, case.here.session_id or NOBODY), *days)
    case.days.saw(days, rows)
    if session is None and case.here.session_id:
        raise SessionNotFound
    return session if case.here.session_id else None


def _session(case: Case) -> Session:
    (session,) = storage.read(sessions.by_key(case.here.ticket_id, case.here.session_id))
    if session is None:
        raise SessionNotFound
    return session


def _refused(tx: storage.Transaction, case: Case, reason: str, template: str = "admin_contradiction") -> ChangeAnswer:
    """What the row says stays there: nothing changes here, and the admin reads of it."""
    answer = case.says(Verdict.CONTRADICTION, reason)
    slots.note(tx, case.here, marks=marks(case, answer))
    tell(tx, case, template)
    return answer


def tell(tx: storage.Transaction, case: Case, template: str = "admin_contradiction") -> None:
    """Have the admin read what the row says and what stands here."""
    slot = case.here
    about = messaging.About("database_contradicts", CONTOUR, slot.ticket_id)
    messaging.tell_admin(tx, template, about, {**_stands(case), **_differs(case)})


def _stands(case: Case) -> Mapping[str, Any]:
    slot = case.here
    return {
        "slot": slot.slot_id,
        "start_at": slot.start_at.isoformat(),
        "specialist_name": slot.specialist_name,
        "ours": slot.lead_number or slot.ticket_id,
        "theirs": case.client or case.ticket_number,
        "change": case.change.type,
    }


def _differs(case: Case) -> Mapping[str, Any]:
    """The row's time and specialist, where it is they that differ."""
    said = event(case)
    return {
        "their_time": case.row.time_text if said.shifted else None,
        "their_specialist": case.row.psychologist if said.reassigned or said.nobody else None,
    }

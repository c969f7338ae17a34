"""The same endpoints in FastAPI, SQLAlchemy's ORM and SQLite, written as one would: what the desk's CPU is measured against.

The pydantic models and the pure rules (phones, matching, times, texts) are the desk's own, so that what differs is the edge
and the store. One commit per request; no log line and no metric, which the desk writes.
"""

import json
from datetime import timedelta
from typing import Annotated

from fastapi import FastAPI, Header, HTTPException, Query, Request
from fastapi.responses import JSONResponse
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench import fastapi_form, fastapi_till
from bench.fastapi_base import ZONE, Database, Raw, free, mail, now, say, send, shown
from bench.fastapi_models import BookedSession, Slot, Specialist, Ticket
from chalicelib.booking.sessions.answers import Done
from chalicelib.booking.sessions.schemas import Confirmation
from chalicelib.booking.slots import rules as slot_rules
from chalicelib.booking.slots import wording
from chalicelib.booking.slots.schemas import FreeSlot, FreeSlots, SlotsQuery
from chalicelib.core import ids
from chalicelib.core.errors import AppError
from chalicelib.intake.rows.rules import Event, Standing, Verdict, judge
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.integrations.supabase.schemas import Change, SlotRow

app = FastAPI()
app.include_router(fastapi_form.router)
app.include_router(fastapi_till.router)


@app.exception_handler(AppError)
def refused(request: Request, error: AppError) -> JSONResponse:
    return JSONResponse(error.body(), error.status, error.headers)


@app.get("/get-available-slots")
def get_available_slots(query: Annotated[SlotsQuery, Query()], db: Database) -> FreeSlots:
    rows = db.scalars(
        select(Slot)
        .where(free("live"), Slot.start_at.between(now(), now() + timedelta(days=366)))
        .order_by(Slot.start_at)
        .limit(query.limit)
    )
    return FreeSlots(slots=[FreeSlot(**shown(slot)) for slot in rows])


@app.post("/confirm-session-by-client")
def confirm_session_by_client(body: Confirmation, db: Database) -> Done:
    session = db.scalars(select(BookedSession).where(BookedSession.ticket_id == body.ticket_id).with_for_update()).first()
    if session is None:
        raise HTTPException(404, "session_not_found")
    if not wording.names_moment(body.slot_time, session.start_at, ZONE) or session.start_at <= now():
        raise HTTPException(409, "slot_time_differs")
    if session.status != "confirmed":
        session.status, session.updated_at = "confirmed", now()
        _tell_both(db, session, "client_session_confirmed", "specialist_session_confirmed", "confirmed_by_client", ["confirmed"])
        db.commit()
    return Done(message=f"Сессия подтверждена: {slot_rules.slot_text(session.start_at, ZONE)} МСК.")


def _tell_both(db: Session, session: BookedSession, client: str, specialist: str, cause: str, statuses: list[str]) -> None:
    values = {
        "start_at": session.start_at.isoformat(),
        "specialist_name": session.specialist_name,
        "client_name": session.client_name,
        "lead_number": session.lead_number,
        "ref": f"{session.ticket_id}:{session.session_id}",
    }
    guard = {"kind": "session", "session_id": session.session_id, "start_at": values["start_at"], "statuses": statuses}
    say(db, f"client#{session.client_id}", client, cause, session.ticket_id, values, guard)
    say(db, f"specialist#{session.specialist_id}", specialist, cause, session.ticket_id, values, guard)


@app.post("/notify-update")
def notify_update(body: Change, raw: Raw, request: Request, db: Database, x_webhook_secret: Annotated[str, Header()]) -> ChangeAnswer:
    """A slot's row went from free to taken: the ticket's client gets a session, both sides a message."""
    received = mail(db, "supabase", ids.new(), "POST /notify-update", raw, request.headers.get("content-type", ""))
    row, old = SlotRow.model_validate(body.row), SlotRow.model_validate(body.old_record)
    slot, ticket = db.get(Slot, row.id, with_for_update=True), db.get(Ticket, row.ticket)
    specialist = db.get(Specialist, row.psychologist)
    if slot is None or ticket is None or specialist is None:
        raise HTTPException(404, "not_found")
    verdict = judge(Event(body.type, old.taken, row.taken), Standing(known=True, owned=slot.session_id is not None))
    answer = ChangeAnswer(result=verdict, ticket_id=ticket.ticket_id)
    if verdict is Verdict.BOOK:
        _book(db, slot, ticket, json.dumps(body.record, sort_keys=True), answer)
    received.state, received.answer = "done", answer.model_dump_json()
    db.commit()
    return answer


def _book(db: Session, slot: Slot, ticket: Ticket, record: str, answer: ChangeAnswer) -> None:
    at = now()
    session = BookedSession(
        session_id=ids.new(),
        ticket_id=ticket.ticket_id,
        contour="live",
        client_id=ticket.client_id,
        client_name=ticket.name,
        lead_number=ticket.lead_number,
        specialist_id=slot.specialist_id,
        specialist_name=slot.specialist_name,
        slot_id=slot.slot_id,
        start_at=slot.start_at,
        end_at=slot.start_at + timedelta(minutes=slot.minutes),
        minutes=slot.minutes,
        status="pending",
        created_at=at,
        updated_at=at,
    )
    db.add(session)
    slot.state, slot.ticket_id, slot.session_id, slot.client_id = "booked", ticket.ticket_id, session.session_id, ticket.client_id
    slot.client_name, slot.lead_number, slot.source_event_at = ticket.name, ticket.lead_number, at
    slot.source_event, slot.source_row, slot.source_answer = (
        ids.fingerprint(record),
        ids.fingerprint(record, "row"),
        answer.model_dump_json(),
    )
    _tell_both(db, session, "client_session_booked", "specialist_session_booked", "database_booked", ["pending"])
    send(db, f"recount#{slot.specialist_id}", "recount", {"specialist_id": slot.specialist_id})

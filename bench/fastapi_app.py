"""The same endpoints in FastAPI, SQLAlchemy's ORM and SQLite, written as one would: what the desk's CPU is measured against.

The pydantic models and the pure rules (phones, matching, times, texts) are the desk's own, so that what differs is the edge
and the store. One commit per request; no log line and no metric, which the desk writes.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request
from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session, sessionmaker

from bench.fastapi_models import BookedSession, Client, Counter, Effect, Identity, Mail, Message, Slot, Specialist, Ticket
from chalicelib.booking.sessions.schemas import Confirmation, Done
from chalicelib.booking.slots import rules as slot_rules
from chalicelib.booking.slots.schemas import FreeSlot, FreeSlots, SlotsQuery
from chalicelib.booking.specialists import rules as ranking
from chalicelib.clients import rules as people
from chalicelib.core import ids
from chalicelib.intake.applications import rules
from chalicelib.intake.applications.schemas import Application, ApplicationAnswer, HeldSlot, MatchView
from chalicelib.intake.rows.rules import Event, Standing, Verdict, judge
from chalicelib.intake.rows.schemas import ChangeAnswer
from chalicelib.integrations.supabase.schemas import Change, SlotRow

ZONE = ZoneInfo("Europe/Moscow")
REGIONS = ["RU", "UZ", "KZ"]
sessions: sessionmaker[Session] = sessionmaker()
app = FastAPI()


def connect(engine: Engine) -> None:
    """Where the app keeps its rows."""
    sessions.configure(bind=engine)


def database() -> Iterator[Session]:
    with sessions() as session:
        yield session


async def raw_body(request: Request) -> bytes:
    return await request.body()


Database = Annotated[Session, Depends(database)]
Raw = Annotated[bytes, Depends(raw_body)]


def _now() -> datetime:
    return datetime.now(UTC)


def _shown(slot: Slot) -> dict[str, Any]:
    return {
        "id": slot.slot_id,
        "psychologist_id": slot.specialist_id,
        "psychologist": slot.specialist_name,
        "start_at": slot.start_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "date": slot_rules.day_text(slot.start_at, ZONE),
        "time": slot_rules.time_text(slot.start_at, ZONE),
        "minutes": slot.minutes,
    }


def _free(contour: str) -> Any:
    return (Slot.contour == contour) & or_(Slot.state == "free", (Slot.state == "held") & (Slot.hold_until < _now()))


def _say(db: Session, recipient: str, template: str, cause: str, ticket_id: str, values: dict[str, Any], guard: dict[str, Any] | None = None) -> None:
    message_id = ids.new()
    db.add(
        Message(
            message_id=message_id,
            recipient=recipient,
            created_at=_now(),
            contour="live",
            template=template,
            values=values,
            guard=guard,
            cause=cause,
            ticket_id=ticket_id,
        )
    )
    _send(db, recipient, "message", {"message_id": message_id, "kind": recipient.split("#")[0], "guard": guard})


def _send(db: Session, lane: str, kind: str, payload: dict[str, Any]) -> None:
    db.add(Effect(effect_id=ids.new(), lane=lane, kind=kind, payload=payload, due_at=_now()))


def _mail(db: Session, source: str, key: str, operation: str, raw: bytes, content_type: str) -> Mail:
    row = Mail(
        inbox_id=f"{source}#{key}",
        source=source,
        operation=operation,
        state="received",
        received_at=_now(),
        content_type=content_type,
        raw=gzip.compress(raw, 1),
    )
    db.add(row)
    return row


@app.get("/get-available-slots")
def get_available_slots(query: Annotated[SlotsQuery, Query()], db: Database) -> FreeSlots:
    rows = db.scalars(
        select(Slot)
        .where(_free("live"), Slot.start_at.between(_now(), _now() + timedelta(days=366)))
        .order_by(Slot.start_at)
        .limit(query.limit)
    )
    return FreeSlots(slots=[FreeSlot(**_shown(slot)) for slot in rows])


@app.post("/submit-application")
def submit_application(body: Application, raw: Raw, request: Request, db: Database) -> ApplicationAnswer:
    fields = json.loads(raw)
    key, _ = rules.key_of(fields, raw)
    claim = f"claim#{ids.fingerprint(rules.contact_of(body.answers), rules.content_of(body.answers))}"
    earlier = db.scalars(select(Mail).where(Mail.inbox_id.in_([f"forms#{key}", claim]))).first()
    if earlier and earlier.answer:
        return ApplicationAnswer.model_validate_json(earlier.answer)
    mail = _mail(db, "forms", key, "POST /submit-application", raw, request.headers.get("content-type", ""))
    phone = people.phone_of(body.contact.value, REGIONS)
    client = _client(db, body, phone)
    now, ticket_id = _now(), ids.new()
    matches = _matches(db, body)
    held = _hold(db, body, matches, ticket_id, now + timedelta(minutes=30))
    link = f"https://t.me/frontdesk_bot?start={ticket_id}"
    answer = ApplicationAnswer(
        message="Заявка принята. Перейдите по ссылке, чтобы подтвердить запись.",
        ticket_id=ticket_id,
        client_id=client.lead_number,
        link=link,
        held_slots=[HeldSlot(**_shown(slot), held_until=(now + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")) for slot in held],
        taken_slots=[],
        matches=[
            MatchView(psychologist_id=match.candidate.specialist_id, psychologist=match.candidate.name, reasons=match.reasons)
            for match in matches[:5]
        ],
    )
    db.add(_ticket(body, client, answer, phone, held, now))
    _tell_admin(db, body, answer)
    mail.state, mail.answer = "done", answer.model_dump_json()
    db.add(Mail(inbox_id=claim, source="claim", state="done", received_at=now, answer=mail.answer))
    db.commit()
    return answer


def _client(db: Session, body: Application, phone: str | None) -> Client:
    """The person behind a phone, made with his number when he is new."""
    known = db.get(Identity, f"phone#{phone}")
    if known:
        client = db.get_one(Client, known.client_id)
        client.name, client.age = client.name or body.name, client.age or body.age
        return client
    counter = db.get_one(Counter, "lead-live", with_for_update=True)
    counter.value += 1
    number = people.lead_number(counter.value, "live")
    client = Client(
        client_id=ids.new(),
        contour="live",
        lead_number=number,
        created_at=_now(),
        name=body.name,
        age=body.age,
        phone=phone,
        raw_contacts=[body.contact.value],
        first_utm=body.utm,
    )
    db.add(client)
    for sign in (f"lead#{number}", f"phone#{phone}"):
        db.add(Identity(identity=sign, client_id=client.client_id, lead_number=number))
    return client


def _matches(db: Session, body: Application) -> list[ranking.Match]:
    today = _now().astimezone(ZONE).date()
    candidates = [
        ranking.Candidate(
            row.specialist_id,
            row.name,
            row.gender,
            row.price_min,
            tuple(row.specialisations or ()),
            ranking.coefficient(row.debt, row.number_of_clients_provided, row.assigned_days or [], today),
        )
        for row in db.scalars(select(Specialist).where(Specialist.contour == "live", Specialist.active))
    ]
    said = body.preferences
    wishes = ranking.Wishes(ranking.gender_of(said.gender), rules.kopecks(said.price_max), tuple(said.specializations))
    return ranking.rank(candidates, wishes, {})


def _hold(db: Session, body: Application, matches: list[ranking.Match], ticket_id: str, until: datetime) -> list[Slot]:
    """The best-fitting specialist's slot at each chosen moment."""
    moments = [slot_rules.parse_time(text, _now(), ZONE) for text in body.selected_slots]
    free = db.scalars(select(Slot).where(_free("live"), Slot.start_at.in_(moments)).with_for_update()).all()
    order = {match.candidate.specialist_id: place for place, match in enumerate(matches)}
    held = [min((slot for slot in free if slot.start_at == moment), key=lambda slot: order[slot.specialist_id]) for moment in moments]
    for slot in held:
        slot.state, slot.ticket_id, slot.hold_until = "held", ticket_id, until
    return held


def _ticket(body: Application, client: Client, answer: ApplicationAnswer, phone: str | None, held: list[Slot], now: datetime) -> Ticket:
    return Ticket(
        ticket_id=answer.ticket_id,
        contour="live",
        kind="application",
        client_id=client.client_id,
        lead_number=client.lead_number,
        created_at=now,
        updated_at=now,
        name=body.name,
        phone=phone,
        contact=body.contact.value,
        request_text=body.request_text,
        answers=body.answers,
        utm=body.utm,
        held=[{"slot_id": slot.slot_id, "start_at": slot.start_at.isoformat(), "minutes": slot.minutes} for slot in held],
        matches=[match.model_dump() for match in answer.matches],
        link=answer.link,
        link_created_at=now,
    )


def _tell_admin(db: Session, body: Application, answer: ApplicationAnswer) -> None:
    values = {
        "lead_number": answer.client_id,
        "client_name": body.name,
        "contact": body.contact.value,
        "request_text": body.request_text,
        "slots": [f"{slot.date} {slot.time} — {slot.psychologist}" for slot in answer.held_slots],
        "matches": [f"{number}. {match.psychologist}: {', '.join(match.reasons)}" for number, match in enumerate(answer.matches, 1)],
        "link": answer.link,
    }
    _say(db, "admin", "admin_application", "application_submitted", answer.ticket_id, values)


@app.post("/confirm-session-by-client")
def confirm_session_by_client(body: Confirmation, db: Database) -> Done:
    session = db.scalars(select(BookedSession).where(BookedSession.ticket_id == body.ticket_id).with_for_update()).first()
    if session is None:
        raise HTTPException(404, "session_not_found")
    if not slot_rules.names_moment(body.slot_time, session.start_at, ZONE) or session.start_at <= _now():
        raise HTTPException(409, "slot_time_differs")
    if session.status != "confirmed":
        session.status, session.updated_at = "confirmed", _now()
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
    _say(db, f"client#{session.client_id}", client, cause, session.ticket_id, values, guard)
    _say(db, f"specialist#{session.specialist_id}", specialist, cause, session.ticket_id, values, guard)


@app.post("/notify-update")
def notify_update(body: Change, raw: Raw, request: Request, db: Database, x_webhook_secret: Annotated[str, Header()]) -> ChangeAnswer:
    """A slot's row went from free to taken: the ticket's client gets a session, both sides a message."""
    mail = _mail(db, "supabase", ids.new(), "POST /notify-update", raw, request.headers.get("content-type", ""))
    row, old = SlotRow.model_validate(body.row), SlotRow.model_validate(body.old_record)
    slot, ticket = db.get(Slot, row.id, with_for_update=True), db.get(Ticket, row.ticket)
    specialist = db.get(Specialist, row.psychologist)
    if slot is None or ticket is None or specialist is None:
        raise HTTPException(404, "not_found")
    verdict = judge(Event(body.type, old.taken, row.taken), Standing(known=True, owned=slot.session_id is not None))
    answer = ChangeAnswer(result=verdict, ticket_id=ticket.ticket_id)
    if verdict is Verdict.BOOK:
        _book(db, slot, ticket, json.dumps(body.record, sort_keys=True), answer)
    mail.state, mail.answer = "done", answer.model_dump_json()
    db.commit()
    return answer


def _book(db: Session, slot: Slot, ticket: Ticket, record: str, answer: ChangeAnswer) -> None:
    now = _now()
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
        created_at=now,
        updated_at=now,
    )
    db.add(session)
    slot.state, slot.ticket_id, slot.session_id, slot.client_id = "booked", ticket.ticket_id, session.session_id, ticket.client_id
    slot.client_name, slot.lead_number, slot.source_event_at = ticket.name, ticket.lead_number, now
    slot.source_event, slot.source_row, slot.source_answer = ids.fingerprint(record), ids.fingerprint(record, "row"), answer.model_dump_json()
    _tell_both(db, session, "client_session_booked", "specialist_session_booked", "database_booked", ["pending"])
    _send(db, f"recount#{slot.specialist_id}", "recount", {"specialist_id": slot.specialist_id})

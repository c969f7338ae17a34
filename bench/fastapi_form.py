"""The application form in FastAPI: the longest endpoint of the comparison."""

import json
from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.fastapi_base import ZONE, Database, Raw, free, mail, now, say, shown
from bench.fastapi_models import Client, Counter, Identity, Mail, Slot, Specialist, Ticket
from chalicelib.booking.slots import wording
from chalicelib.booking.specialists import rules as ranking
from chalicelib.clients import rules as people
from chalicelib.core import ids
from chalicelib.core.sender import Sender
from chalicelib.intake.applications import rules
from chalicelib.intake.applications.schemas import Application, ApplicationAnswer, HeldSlot, MatchView
from chalicelib.safety import rules as safety

REGIONS = ["RU", "UZ", "KZ"]
router = APIRouter()


@router.post("/submit-application")
def submit_application(body: Application, raw: Raw, request: Request, db: Database) -> ApplicationAnswer:
    fields = json.loads(raw)
    key, _ = rules.key_of(fields, raw, Sender())
    claim = f"claim#{ids.fingerprint(rules.contact_of(body.answers), rules.content_of(body.answers))}"
    earlier = db.scalars(select(Mail).where(Mail.inbox_id.in_([f"forms#{key}", claim]))).first()
    if earlier and earlier.answer:
        return ApplicationAnswer.model_validate_json(earlier.answer)
    received = mail(db, "forms", key, "POST /submit-application", raw, request.headers.get("content-type", ""))
    phone = people.phone_of(body.contact.value, REGIONS)
    client = _client(db, body, phone)
    at, ticket_id = now(), ids.new()
    matches = _matches(db, body)
    held = _hold(db, body, matches, ticket_id, at + timedelta(minutes=30))
    link = f"https://t.me/frontdesk_bot?start={ticket_id}"
    answer = ApplicationAnswer(
        message="Заявка принята. Перейдите по ссылке, чтобы подтвердить запись.",
        ticket_id=ticket_id,
        client_id=client.lead_number,
        link=link,
        held_slots=[HeldSlot(**shown(slot), held_until=(at + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%SZ")) for slot in held],
        taken_slots=[],
        matches=[
            MatchView(psychologist_id=match.candidate.specialist_id, psychologist=match.candidate.name, reasons=match.reasons)
            for match in matches[:5]
        ],
    )
    db.add(_ticket(body, client, answer, phone, held, at))
    _tell_admin(db, body, answer)
    if safety.found_in(body.answers):
        say(db, "admin", "admin_risky_words", "risky_words", ticket_id, {"lead_number": client.lead_number})
    received.state, received.answer = "done", answer.model_dump_json()
    db.add(Mail(inbox_id=claim, source="claim", state="done", received_at=at, answer=received.answer))
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
        created_at=now(),
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
    today = now().astimezone(ZONE).date()
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
    moments = [wording.parse_time(text, now(), ZONE) for text in body.selected_slots]
    open_ = db.scalars(select(Slot).where(free("live"), Slot.start_at.in_(moments)).with_for_update()).all()
    order = {match.candidate.specialist_id: place for place, match in enumerate(matches)}
    held = [min((slot for slot in open_ if slot.start_at == moment), key=lambda slot: order[slot.specialist_id]) for moment in moments]
    for slot in held:
        slot.state, slot.ticket_id, slot.hold_until = "held", ticket_id, until
    return held


def _ticket(body: Application, client: Client, answer: ApplicationAnswer, phone: str | None, held: list[Slot], at: datetime) -> Ticket:
    return Ticket(
        ticket_id=answer.ticket_id,
        contour="live",
        kind="application",
        client_id=client.client_id,
        lead_number=client.lead_number,
        created_at=at,
        updated_at=at,
        name=body.name,
        phone=phone,
        contact=body.contact.value,
        request_text=body.request_text,
        answers=body.answers,
        utm=body.utm,
        held=[{"slot_id": slot.slot_id, "start_at": slot.start_at.isoformat(), "minutes": slot.minutes} for slot in held],
        matches=[match.model_dump() for match in answer.matches],
        link=answer.link,
        link_created_at=at,
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
    say(db, "admin", "admin_application", "application_submitted", answer.ticket_id, values)

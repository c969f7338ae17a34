"""What the FastAPI endpoints share: the database, a slot as it is shown, a message and its effect, a row of the inbox."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from sqlalchemy import Engine, or_
from sqlalchemy.orm import Session, sessionmaker

from bench.fastapi_models import Effect, Mail, Message, Slot
from chalicelib.booking.slots import rules as slot_rules
from chalicelib.core import ids

ZONE = ZoneInfo("Europe/Moscow")
sessions: sessionmaker[Session] = sessionmaker()


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


def now() -> datetime:
    return datetime.now(UTC)


def shown(slot: Slot) -> dict[str, Any]:
    return {
        "id": slot.slot_id,
        "psychologist_id": slot.specialist_id,
        "psychologist": slot.specialist_name,
        "start_at": slot.start_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "date": slot_rules.day_text(slot.start_at, ZONE),
        "time": slot_rules.time_text(slot.start_at, ZONE),
        "minutes": slot.minutes,
    }


def free(contour: str) -> Any:
    return (Slot.contour == contour) & or_(Slot.state == "free", (Slot.state == "held") & (Slot.hold_until < now()))


def say(
    db: Session, recipient: str, template: str, cause: str, ticket_id: str, values: dict[str, Any], guard: dict[str, Any] | None = None
) -> None:
    message_id = ids.new()
    db.add(
        Message(
            message_id=message_id,
            recipient=recipient,
            created_at=now(),
            contour="live",
            template=template,
            values=values,
            guard=guard,
            cause=cause,
            ticket_id=ticket_id,
        )
    )
    send(db, recipient, "message", {"message_id": message_id, "kind": recipient.split("#")[0], "guard": guard})


def send(db: Session, lane: str, kind: str, payload: dict[str, Any], due_at: datetime | None = None) -> None:
    db.add(Effect(effect_id=ids.new(), lane=lane, kind=kind, payload=payload, due_at=due_at or now()))


def mail(db: Session, source: str, key: str, operation: str, raw: bytes, content_type: str) -> Mail:
    row = Mail(
        inbox_id=f"{source}#{key}",
        source=source,
        operation=operation,
        state="received",
        received_at=now(),
        content_type=content_type,
        raw=gzip.compress(raw, 1),
    )
    db.add(row)
    return row

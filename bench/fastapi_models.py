"""The same rows as the desk's tables, for SQLAlchemy's ORM and SQLite."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, Index, LargeBinary, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Moment(TypeDecorator[datetime]):
    """An aware moment; SQLite keeps none, so it goes in and comes out as UTC."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """How Python's types are kept."""

    type_annotation_map = {dict[str, Any]: JSON, list[Any]: JSON, datetime: Moment, bytes: LargeBinary}


class Mail(Base):
    """The inbox: what came, what was answered; claims too."""

    __tablename__ = "inbox"

    inbox_id: Mapped[str] = mapped_column(primary_key=True)
    source: Mapped[str]
    operation: Mapped[str | None]
    state: Mapped[str] = mapped_column(index=True)
    received_at: Mapped[datetime]
    content_type: Mapped[str | None]
    raw: Mapped[bytes | None]
    answer: Mapped[str | None]


class Client(Base):
    __tablename__ = "clients"

    client_id: Mapped[str] = mapped_column(primary_key=True)
    contour: Mapped[str]
    lead_number: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    name: Mapped[str | None]
    age: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    telegram_id: Mapped[str | None]
    telegram_username: Mapped[str | None]
    raw_contacts: Mapped[list[Any] | None]
    first_utm: Mapped[dict[str, Any] | None]


class Identity(Base):
    __tablename__ = "identities"

    identity: Mapped[str] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.client_id"))
    lead_number: Mapped[str]


class Counter(Base):
    __tablename__ = "counters"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class Specialist(Base):
    __tablename__ = "specialists"

    specialist_id: Mapped[str] = mapped_column(primary_key=True)
    contour: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(index=True)
    gender: Mapped[str | None]
    price_min: Mapped[int | None]
    specialisations: Mapped[list[Any] | None]
    debt: Mapped[int] = mapped_column(default=0)
    number_of_clients_provided: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)
    assigned_days: Mapped[list[Any] | None]


class Slot(Base):
    __tablename__ = "slots"
    __table_args__ = (Index("free_by_time", "contour", "state", "start_at"),)

    slot_id: Mapped[str] = mapped_column(primary_key=True)
    contour: Mapped[str]
    specialist_id: Mapped[str] = mapped_column(ForeignKey("specialists.specialist_id"), index=True)
    specialist_name: Mapped[str]
    start_at: Mapped[datetime]
    minutes: Mapped[int]
    state: Mapped[str] = mapped_column(default="free")
    hold_until: Mapped[datetime | None]
    ticket_id: Mapped[str | None]
    session_id: Mapped[str | None]
    client_id: Mapped[str | None]
    client_name: Mapped[str | None]
    lead_number: Mapped[str | None]
    source_event: Mapped[str | None]
    source_answer: Mapped[str | None]
    source_event_at: Mapped[datetime | None]
    source_row: Mapped[str | None]


class Ticket(Base):
    __tablename__ = "tickets"

    ticket_id: Mapped[str] = mapped_column(primary_key=True)
    contour: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(default="new")
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.client_id"), index=True)
    lead_number: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    name: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    telegram: Mapped[str | None]
    contact: Mapped[str | None]
    request_text: Mapped[str | None]
    answers: Mapped[dict[str, Any] | None]
    utm: Mapped[dict[str, Any] | None]
    held: Mapped[list[Any] | None]
    matches: Mapped[list[Any] | None]
    link: Mapped[str | None]
    link_created_at: Mapped[datetime | None]


class BookedSession(Base):
    __tablename__ = "sessions"

    session_id: Mapped[str] = mapped_column(primary_key=True)
    ticket_id: Mapped[str] = mapped_column(ForeignKey("tickets.ticket_id"), index=True)
    contour: Mapped[str]
    client_id: Mapped[str] = mapped_column(ForeignKey("clients.client_id"), index=True)
    client_name: Mapped[str | None]
    lead_number: Mapped[str | None]
    specialist_id: Mapped[str] = mapped_column(index=True)
    specialist_name: Mapped[str]
    slot_id: Mapped[str]
    start_at: Mapped[datetime] = mapped_column(index=True)
    end_at: Mapped[datetime]
    minutes: Mapped[int]
    status: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    payment_due_at: Mapped[datetime | None]


class Message(Base):
    __tablename__ = "messages"

    message_id: Mapped[str] = mapped_column(primary_key=True)
    recipient: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]
    contour: Mapped[str]
    direction: Mapped[str] = mapped_column(default="out")
    channel: Mapped[str] = mapped_column(default="telegram")
    language: Mapped[str] = mapped_column(default="ru")
    template: Mapped[str]
    values: Mapped[dict[str, Any]]
    guard: Mapped[dict[str, Any] | None]
    cause: Mapped[str]
    ticket_id: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="queued")


class Effect(Base):
    """The outbox."""

    __tablename__ = "outbox"

    effect_id: Mapped[str] = mapped_column(primary_key=True)
    lane: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="waiting", index=True)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)

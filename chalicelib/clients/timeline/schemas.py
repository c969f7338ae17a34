"""What the office reads of a client's past."""

from typing import Any

from pydantic import Field

from chalicelib.core.schemas import Answer, Query, Schema, Text


class TimelineQuery(Query):
    limit: int = Field(50, ge=1, le=200)
    cursor: Text = None


class Event(Schema):
    fact_id: str = Field(examples=["01KB1S3V6Z5T4Q9N8M7H2C1D0E"])
    kind: str = Field(examples=["session_booked"])
    actor: str = Field(
        description="Whose doing it was: client, office, staff#<id>, specialist, outside (another system's event) or system",
        examples=["client"],
    )
    who: str = Field(description="The same in the office's language", examples=["Клиент"])
    what: str = Field(description="What happened, in the office's language", examples=["запись на 01.12.2026 12:00, ждёт подтверждения"])
    at: str = Field(description="When it happened", examples=["2026-11-26T09:00:00Z"])
    at_text: str = Field(description="The same on the business's clock", examples=["26.11.2026 12:00"])
    ref: str = Field(description="What it happened to: a ticket, a message, a consultation")
    data: dict[str, Any] = Field(description="What else the fact says: ids, numbers, statuses, moments; see docs/facts.md")


class Timeline(Answer):
    client_id: str = Field(description="The client's lead number", examples=["br0001"])
    events: list[Event] = Field(description="Newest first")
    next_cursor: str | None

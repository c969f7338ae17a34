"""What operators read."""

from typing import Any, Literal

from pydantic import Field

from chalicelib.core.schemas import Answer, Query, Schema, Text


class ApiHealth(Answer):
    """Whether the consultations API can be reached, and who may call it."""

    status: Literal["ok", "store_unreachable"]
    version: str
    bearer: Literal["verified", "any", "closed"] = Field(description="How tokens are taken; any: on a developer's stage only")
    why: str | None = Field(description="Why the API is closed, where it is")


class Health(Schema):
    success: Literal[True] = True
    version: str
    stage: str
    store: Literal["ok", "unreachable"]
    oldest_undelivered_seconds: float | None = Field(
        description="Age of the oldest outbox row that is due; none when the store is unreachable"
    )


class InboxQuery(Query):
    state: Literal["refused", "received"] = Field("refused", description="refused: could not be understood; received: work not finished")
    limit: int = Field(50, ge=1, le=200)
    cursor: Text = None


class InboxEntry(Schema):
    inbox_id: str
    source: str
    operation: str | None
    state: str
    received_at: str
    error: dict[str, Any] | None = Field(description="Why it was refused, as the sender was told")


class InboxPage(Answer):
    inbox: list[InboxEntry]
    next_cursor: str | None


class Replayed(Answer):
    status: int = Field(description="What the operation answered this time")
    answer: dict[str, Any] | None


class OutboxQuery(Query):
    state: Literal["dead", "waiting"] = "dead"
    limit: int = Field(50, ge=1, le=200)
    cursor: Text = None


class OutboxEntry(Schema):
    effect_id: str
    kind: str
    lane: str
    state: str
    due_at: str
    attempts: int
    last_error: str | None


class OutboxPage(Answer):
    outbox: list[OutboxEntry]
    next_cursor: str | None

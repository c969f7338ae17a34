"""What operators read."""

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from chalicelib.core.schemas import Answer, Query, Schema, Text


class Trouble(Schema):
    """A fault of our own configuration: what it hinders waits for its end."""

    what: str = Field(examples=["chatwoot_token"])
    since: str
    last_at: str = Field(description="When it was last met")
    todo: str = Field(description="What to do about it, in the operators' language")


class ApiHealth(Answer):
    """Whether the consultations API can be reached, and who may call it."""

    status: Literal["ok", "store_unreachable"]
    version: str
    bearer: Literal["verified", "any", "closed"] = Field(description="How tokens are taken; any: on a developer's stage only")
    why: str | None = Field(description="Why the API is closed, where it is")
    troubles: list[Trouble] = Field(description="What our own configuration hinders, oldest first")


class Health(Schema):
    success: Literal[True] = True
    version: str
    stage: str
    store: Literal["ok", "unreachable"]
    oldest_undelivered_seconds: float | None = Field(
        description="Age of the oldest outbox row that is due; none when the store is unreachable"
    )
    events_waiting: int | None = Field(
        description="Events that wait for what is to come, 1000 at most: see GET /inbox?state=waiting; none when the store is unreachable"
    )
    clients_left_for_sales: int | None = Field(
        description="Clients from before sales followed the log whom it has yet to look at; none when the store is unreachable"
    )
    troubles: list[Trouble] = Field(description="What our own configuration hinders, oldest first")


class InboxQuery(Query):
    state: Literal["refused", "received", "retrying", "waiting"] = Field(
        "refused",
        description="refused: could not be understood; received: work not finished; retrying: the same, taken up before; "
        "waiting: for what is to come, a row's specialist",
    )
    limit: int = Field(50, ge=1, le=200)
    cursor: Text = None


class Waits(Schema):
    """What an event waits for."""

    waits_for: str = Field(description="Whose coming: a specialist's id or name, as the row has it")
    since: str = Field(description="Since when; a newer word about the same slot takes the earlier one's place and keeps this")
    slot: str = Field(description="The slot's id there")
    time: str | None = Field(description="Its date and time as the row has them")


class InboxEntry(Schema):
    inbox_id: str
    source: str
    operation: str | None
    state: str
    received_at: str
    error: dict[str, Any] | None = Field(description="Why it was refused, as the sender was told")
    waits: Waits | None = Field(description="What it waits for, where it does")


class InboxPage(Answer):
    inbox: list[InboxEntry]
    next_cursor: str | None


class Replayed(Answer):
    status: int = Field(description="What the operation answered this time")
    answer: dict[str, Any] | None


class OutboxQuery(Query):
    state: Literal["dead", "waiting"] = "dead"
    kind: Text = Field(None, max_length=60, examples=["message"], description="Of this kind alone")
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


class BulkReplay(Schema):
    """Which dead effects: of a kind, for a reason, or both."""

    kind: Text = Field(None, max_length=60, examples=["consultation_onec"])
    reason: Text = Field(None, max_length=300, description="Words that their last error holds, as it writes them")

    @model_validator(mode="after")
    def _names_some(self) -> Self:
        if not (self.kind or self.reason):
            raise ValueError("expected a kind or a reason")
        return self


class BulkReplayed(Answer):
    replayed: int = Field(description="How many wait again")
    more: bool = Field(description="Whether there are more like them: ask again")

"""What sessions are asked and answer, to the letter of the contract."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from chalicelib.core.schemas import Answer, Id, Query, Schema, Text

Status = Literal["pending", "confirmed", "cancelled", "completed", "missed"]
SlotTime = Annotated[str, Field(min_length=3, max_length=40, examples=["12.03 10:00"], description="DD.MM HH:mm, business zone, or ISO")]


class Confirmation(Schema):
    ticket_id: Id
    slot_time: SlotTime


class Cancellation(Schema):
    """By ticket, or (back office only) by a slot: its id or its row."""

    ticket_id: Text = Field(None, max_length=200)
    slot_id: Text = Field(None, max_length=200)
    id: Text = Field(None, max_length=200, description="The slot's id where a slot row is sent")
    cancellation_reason: Text = Field(None, max_length=2000)

    @model_validator(mode="after")
    def _names_something(self) -> "Cancellation":
        if not (self.ticket_id or self.slot_id or self.id):
            raise ValueError("ticket_id is required (or a slot's id)")
        return self


class Move(Schema):
    ticket_id: Id
    new_slot_time: SlotTime
    force: bool = Field(False, description="The service alone: although the client has another session at that time")


class Rating(Schema):
    ticket_id: Id
    rating: int = Field(ge=1, le=5, description="1 to 5")
    feedback: Text = Field(None, max_length=10_000)


class HistoryQuery(Query):
    client_telegram: Text = Field(None, description="The client's Telegram id or @username; a client may leave it out")
    cursor: Text = None
    limit: int = Field(100, ge=1, le=500)


class HistoryRow(Schema):
    ticket_id: str
    psychologist_name: str
    slot_time: str = Field(description="DD.MM HH:mm, business zone")
    status: Status
    rating: int | None
    feedback: str | None
    start_at: str = Field(description="UTC")


class History(Answer):
    sessions: list[HistoryRow]
    next_cursor: str | None = None

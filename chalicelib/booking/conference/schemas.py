"""What is asked and answered about a session's video meeting."""

from typing import Literal

from pydantic import Field, model_validator

from chalicelib.core.schemas import Answer, Schema, Text


class LinkRequest(Schema):
    """By the session's ticket, or by its slot."""

    ticket_id: Text = Field(None, max_length=200)
    slot_id: Text = Field(None, max_length=200)

    @model_validator(mode="after")
    def _names_something(self) -> "LinkRequest":
        if not (self.ticket_id or self.slot_id):
            raise ValueError("ticket_id or slot_id is required")
        return self


class LinkAnswer(Answer):
    status: Literal["ready", "pending"] = Field(description="pending: it was asked for and is being made; ask again in a moment")
    link: str | None = Field(None, description="Where both sides join")
    provider: Literal["zoom", "meet"] | None = None

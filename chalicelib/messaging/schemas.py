"""What the ledger shows."""

from typing import Literal

from pydantic import Field

from chalicelib.core.schemas import Answer, Id, Query, Schema, Text


class LedgerQuery(Query):
    client_id: Id = Field(description="A lead number (br0001) or a client id")
    limit: int = Field(50, ge=1, le=200)
    cursor: Text = Field(None, description="Where the last page ended")


class LedgerButton(Schema):
    """A button as it was shown, and what comes back when it is pressed."""

    label: str
    action: str


class LedgerRow(Schema):
    """One message: why it was said and how it ended."""

    message_id: str
    created_at: str
    direction: Literal["out", "in"]
    channel: str = Field(description="telegram, max, vk, email or sms; ledger where nothing leaves us (no settings, test contour)")
    language: str
    template: str | None
    state: Literal["queued", "sent", "recorded", "failed", "dead", "skipped", "received"]
    reason: str | None = Field(description="Why it was skipped, failed or waits; of one that was sent, why not by a channel before")
    cause: str = Field(description="The state change that made us say it")
    ticket_id: str | None
    text: str | None
    buttons: list[list[LedgerButton]] = Field(default=[], description="Rows of buttons below the text")
    sent_at: str | None = Field(description="When it left us, or was recorded where nothing can leave")


class LedgerPage(Answer):
    messages: list[LedgerRow]
    next_cursor: str | None

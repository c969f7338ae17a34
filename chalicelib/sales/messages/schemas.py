"""What the doors of messages ask and answer."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from chalicelib.core.lines import in_lines, in_one_line
from chalicelib.core.listing import Numbered, Numbers
from chalicelib.core.schemas import Headed, Schema, Seen, Text, blank_is_none
from chalicelib.sales.leads.schemas import LeadNamed, lead_named
from chalicelib.sales.messages import rules
from chalicelib.sales.messages.rules import Language, Purpose, Status, Type

MOST_WORDS = 5


LeadId = Annotated[LeadNamed, BeforeValidator(blank_is_none)]
Subject = Annotated[str | None, Field(max_length=500), BeforeValidator(blank_is_none), AfterValidator(in_one_line)]


UserId = Annotated[int | None, Field(ge=0), BeforeValidator(blank_is_none)]


class NewMessage(Schema):
    lead_id: LeadId = Field(description="The lead that it is for, as a number or as `br0722`", examples=[722])
    message_type: Type = Field(
        description="By which channel; whatsapp, linkedin and call are sent by people themselves", examples=["email"]
    )
    subject: Subject = Field(None, description="What a mail is headed with: one line; other channels do not show it")
    body: Annotated[str, Field(min_length=1, max_length=20_000), Seen, AfterValidator(in_lines)] = Field(
        description="It is said letter by letter: braces and percent signs in it mean nothing",
        examples=["Добрый день! Когда вам удобно созвониться?"],
    )
    language: Language = "ru"
    purpose: Purpose = Field("service", description="marketing needs the client's yes to marketing and to the channel")


class MessageChange(Schema):
    """What is absent stays; a subject of `null` is cleared. The status is nobody's to say."""

    lead_id: LeadId | None = Field(None, description="Only as it stands: a message is its lead's for good")
    message_type: Type | None = None
    subject: Subject = None
    body: Annotated[str | None, Field(min_length=1, max_length=20_000), Seen, AfterValidator(in_lines)] = None
    language: Language | None = None
    purpose: Purpose | None = None
    status: Text = Field(None, description="Only as it stands: it follows from what becomes of the message")
    version: int | None = Field(None, description="The version that was read: another one now is refused")

    @model_validator(mode="after")
    def _says_what_must_be(self) -> "MessageChange":
        empty = [
            name for name in ("message_type", "body", "language", "purpose") if name in self.model_fields_set and not getattr(self, name)
        ]
        if empty:
            raise ValueError(f"expected a value of {empty[0]}")
        return self

    @property
    def said(self) -> dict[str, Any]:
        """The fields that were given."""
        return self.model_dump(include=self.model_fields_set - {"lead_id", "status", "version"})


class Sending(Schema):
    """Nothing need be said."""


class MessageShown(Headed):
    id: int
    lead_id: int
    created_by: int = Field(description="Which of the staff wrote it; 0 is the service key")
    message_type: Type
    subject: str | None
    body: str
    language: Language
    purpose: Purpose
    status: Status = Field(description="draft until it is sent; queued until it has left; cancelled where it was taken back")
    reason: str | None = Field(description="Why it failed: withheld, address_dead, given_up, bounced")
    channel: str | None = Field(description="How it left; ledger where no carrier is set up")
    is_ai_generated: bool
    ai_model: str | None
    ai_tokens_used: int | None
    ledger_id: str | None = Field(description="Its letter in the ledger, by its last sending")
    external_id: str | None = Field(description="The carrier's own id")
    sent_at: str | None
    delivered_at: str | None
    error_message: str | None
    created_at: str
    updated_at: str | None
    version: int


class Messages(Numbers):
    items: list[MessageShown]


def _searched(text: str | None) -> str | None:
    if text is not None and not 1 <= len(rules.wanted(text)) <= MOST_WORDS:
        raise ValueError(f"expected 1 to {MOST_WORDS} words")
    return text


class MessagesQuery(Numbered):
    """Filters that are all true of each message; days are those of its writing."""

    lead_id: Annotated[int | None, Field(ge=1, le=10**12), BeforeValidator(lead_named), BeforeValidator(blank_is_none)] = None
    message_type: Type | None = None
    status: Status | None = None
    assigned_to: UserId = Field(None, description="Who wrote it; the same as created_by")
    created_by: UserId = None
    search: Annotated[str | None, Field(min_length=2, max_length=100), BeforeValidator(blank_is_none), AfterValidator(_searched)] = Field(
        None,
        description=f"Up to {MOST_WORDS} words, each the beginning of a word of subject or body; "
        f"of a message its first {rules.MOST_WORDS} words count, the subject before the body",
    )
    order_by: Literal["created_at"] = "created_at"

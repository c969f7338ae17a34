"""Messages as panels look for and read them."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, model_validator

from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Schema, Text, Whole
from chalicelib.core.stamps import Days, OptionalDay, StampOut
from chalicelib.core.synonyms import Names, SynonymousQuery
from chalicelib.dialogue.registry import rules
from chalicelib.dialogue.registry.rules import Channel, Kind, Status

SHOWN = 25
LATELY = 7
"""Days of a list that names none."""


class TalkMessage(Schema):
    """One message, to a client or of his."""

    message_id: str
    client_id: int = Field(description="The digits of his lead number")
    client_name: str
    channel: str = Field(description="The one that it names, else the one by which it left; `ledger` where nothing leaves from here")
    direction: str = Field(description="`in` is the client's", examples=["out"])
    delivery_status: Status = Field(description="Of what carriers tell; none of them reports `delivered` or `read` of ours yet")
    reason: str = Field(description="Why it was skipped, has failed or waits")
    message_type: Kind
    group_name: str
    subject: str
    text: str = Field(description="Without what is secret; empty while a message of ours waits that no person wrote")
    created_at: StampOut
    scheduled_for: StampOut | None = Field(description="When it leaves that was not to leave at once")


class Paged(PageQuery):
    """Which page; 25 rows where nothing is said."""

    @property
    def size(self) -> int:
        """How many rows a page has."""
        return self.page_size or self.limit or SHOWN


class RegistryQuery(SynonymousQuery, Days, Paged):
    """Which messages; of the last seven days where no day is named."""

    ALSO: ClassVar[Names] = {"fio": ("full_name",)}

    message_date: OptionalDay = Field(None, description="One day of the business, instead of date_from and date_to")
    fio: Text = Field(None, max_length=200, description="Words of the client's name; at most 25 clients may have them")
    delivery_status: Status | None = None
    channel: Annotated[Channel | None, BeforeValidator(rules.canonical)] = None
    client_id: Whole = Field(None, ge=1)

    @model_validator(mode="after")
    def _names_days_once(self) -> "RegistryQuery":
        if self.message_date and (self.date_from or self.date_to):
            raise ValueError("expected message_date, or date_from and date_to")
        return self

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        return (self.message_date, self.message_date) if self.message_date else self.span(LATELY)


class TalkMessages(PageNumbers):
    items: list[TalkMessage]

"""Talks as panels list, read and answer them."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from chalicelib.core.paging import PageNumbers
from chalicelib.core.schemas import Schema, Seen, Text
from chalicelib.core.stamps import StampOut
from chalicelib.core.synonyms import Names, Synonymous
from chalicelib.dialogue.registry.rules import Channel, canonical
from chalicelib.dialogue.registry.schemas import Paged, TalkMessage


class TalksQuery(Paged):
    """Which page of talks."""


class TalkQuery(Paged):
    """Which page of one."""


class TalkStands(Schema):
    """How a talk with a client stands."""

    client_id: int
    client_name: str
    lead_number: str
    channel: str = Field(description="By what he wrote last; empty while he has not")
    waiting: bool = Field(description="Whether he wrote and nobody of ours has answered")
    waiting_since: StampOut | None
    unread_count: int = Field(description="How many of his words nobody of ours has read")
    last_message_at: StampOut | None
    read_by: str = Field(description="Who of ours read them last: `staff#` and his id, or `office`")
    read_at: StampOut | None


class TalkListed(TalkStands):
    """The same in a list, with the last word of either side."""

    last_message: TalkMessage | None


class Talks(PageNumbers):
    items: list[TalkListed]


class Talk(TalkStands, PageNumbers):
    """A talk with a client, as it stood before whoever asks read it: what was said either way, newest first."""

    items: list[TalkMessage]


class AnswerWords(Synonymous):
    """A person's answer to a client."""

    ALSO: ClassVar[Names] = {"text": ("message_text", "message")}

    text: Annotated[str, Field(min_length=1, max_length=4000), Seen]
    channel: Annotated[Channel | None, BeforeValidator(canonical)] = Field(
        None, description="The only one that may carry it; the one by which he wrote, where that reaches him, else whatever does"
    )
    subject: Text = Field(None, max_length=200, description="What a mail is headed with")

"""What a list of clients is asked and shows."""

from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from chalicelib.clients.index.rules import MOST_WORDS
from chalicelib.core.bitmaps import words
from chalicelib.core.listing import Numbered, Numbers
from chalicelib.core.schemas import Contour, Schema, Text

Channel = Literal["telegram", "phone", "email"]
Status = Literal["active", "paused"]
PURPOSE = r"^[a-z][a-z0-9_]{0,30}(:[a-z0-9_]{1,30})?$"


class PeopleQuery(Numbered):
    search: Text = Field(
        None,
        max_length=100,
        description="At most 5 words, each the beginning of one of his: of the name (ё is е, ў у, ғ г, қ к, ҳ х, and "
        "apostrophes may be left out), the e-mail, @name or lead number; "
        "a telephone number or a part of one as it is written (904-550, 90 123 45 67, its last four digits), a link to t.me, and "
        "the number, telephone, e-mail or @name of somebody who was merged into him",
        examples=["федо"],
    )
    channel: Channel | None = Field(None, description="By what he can be reached, as far as he said")
    consent: Text = Field(None, pattern=PURPOSE, description="A purpose that he agreed to", examples=["marketing"])
    refusal: Text = Field(None, pattern=PURPOSE, description="A purpose that he refused", examples=["channel:sms"])
    has_telegram: bool | None = Field(None, description="Whether he has a Telegram account")
    status: Status | None = Field(None, description="Whether what goes to him by the clock is stopped")
    contour: Contour = "live"

    @model_validator(mode="after")
    def _few_words(self) -> "PeopleQuery":
        said = (self.search or "").split()
        if len(said) > MOST_WORDS:
            raise ValueError(f"expected at most {MOST_WORDS} words in search")
        if any(not any(mark.isalnum() for mark in words.sought(word)) for word in said):
            raise ValueError("expected a letter or a digit in every word of search")
        return self


class PersonLine(Schema):
    """A client as a list shows him."""

    id: int = Field(description="The digits of his lead number", examples=[722])
    client_id: str = Field(description="His lead number", examples=["br0722"])
    name: str | None
    phone: str | None
    email: str | None
    telegram: str | None = Field(description="His @name at Telegram, without @")
    has_telegram: bool
    channels: list[Channel]
    consents: dict[str, Literal["yes", "no"]] = Field(description="His latest answer by purpose; what nobody asked about is missing")
    status: Status
    created_at: datetime = Field(description="When he got his number")


class People(Numbers):
    items: list[PersonLine]

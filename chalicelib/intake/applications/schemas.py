"""One tolerant reader for every shape an application comes in: the contract's JSON, the standard request (flat or under
``form``), a Tilda form. What it does not know stays in the raw request."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from chalicelib.booking.slots.shown import FreeSlot
from chalicelib.core.schemas import Message, Schema, Text
from chalicelib.intake.applications.reading import read
from chalicelib.intake.tickets.schemas import MatchView


class Contact(Schema):
    type: Text = Field(None, description="telegram, whatsapp or phone", examples=["telegram"])
    value: Text = Field(None, max_length=300, examples=["@anna_m"])


Topics = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)]


class Preferences(Schema):
    gender: Text = Field(None, max_length=60)
    price_max: Text = Field(None, max_length=60, description="Roubles")
    age: Text = Field(None, max_length=60, description="What the specialist's should be", examples=["от 35 до 45 лет"])
    specializations: Topics = Field(default=[], description="What the client asks help with, as topics or in his own words")
    states: Topics = []
    events: Topics = []
    diagnoses: Topics = []


class Application(Schema):
    """What a site form says. Send a name or a contact; everything else may be missing."""

    name: Text = Field(None, max_length=300)
    age: Text = Field(None, max_length=60, description="What is longer is cut here and whole in the answers, as are all values")
    contact: Contact = Contact()
    phone: Text = Field(None, max_length=300)
    email: Text = Field(None, max_length=300)
    telegram: Text = Field(None, max_length=300)
    selected_slots: list[Annotated[str, Field(max_length=200)]] = Field(
        default=[], max_length=200, description="Slot ids, or DD.MM HH:mm, business zone"
    )
    psychologists: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=100)
    shown: list[Annotated[str, Field(max_length=200)]] = Field(default=[], max_length=100, description="Whom the site showed, in its order")
    preferences: Preferences = Preferences()
    request_text: Text = None
    ticket_id: Text = Field(None, max_length=200, description="The form's own number of the application; not unique, no secret")
    tranid: Text = Field(None, max_length=200)
    timezone: Text = Field(None, max_length=60)
    category: Text = Field(None, max_length=60, description="What the person can pay, in the site's words")
    consent: Text = Field(None, max_length=60)
    marketing: Text = Field(None, max_length=60)
    consent_version: Text = Field(None, max_length=60)
    utm: dict[str, str] = Field(default={}, max_length=50)
    answers: dict[str, Any] = Field(default={}, description="Everything the form said, as it was said")
    browser: SkipJsonSchema[str | None] = None
    others: SkipJsonSchema[list[str]] = []

    @model_validator(mode="before")
    @classmethod
    def _read_any_shape(cls, raw: Any) -> Any:
        return read(raw) if isinstance(raw, Mapping) else raw

    @model_validator(mode="after")
    def _says_who(self) -> "Application":
        if not any((self.name, self.contact.value, self.phone, self.email, self.telegram, self.others)):
            raise ValueError("expected a name or a contact (name, contact, phone, email or telegram, or a contact in any field)")
        return self


class HeldSlot(FreeSlot):
    held_until: str = Field(description="UTC; until then nobody else can take it")


class TakenSlot(Schema):
    """A chosen slot that could not be held, and what is free instead."""

    slot: str = Field(description="As it was chosen")
    reason: Literal["taken", "past", "unknown", "limit"] = Field(description="limit: the person or his address holds enough already")
    alternatives: list[FreeSlot]


class ApplicationAnswer(Message):
    ticket_id: str
    client_id: str | None = Field(description="The client's lead number, for whoever showed a key; null otherwise", examples=["br0001"])
    link: str = Field(description="Opens the bot with this ticket")
    held_slots: list[HeldSlot]
    taken_slots: list[TakenSlot]
    matches: list[MatchView]
    unknown_psychologists: list[str] = Field([], description="Names that nobody bears; where all are, no time is held by its text")

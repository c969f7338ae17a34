"""What events are asked with, and how the page reads them."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, RootModel

from chalicelib.core.lines import in_one_line
from chalicelib.core.schemas import Answer, Id, Schema, Seen, Whole
from chalicelib.ownpage.door import Day, Hour, Shown

Kind = Literal["own", "group"]
Title = Annotated[str, BeforeValidator(lambda said: said.strip() if isinstance(said, str) else said), Seen, AfterValidator(in_one_line)]


class NewEvent(Shown):
    """An affair of her own, or a group event that others may join."""

    event: Title = Field(min_length=1, max_length=200, description="What it is called", examples=["Супервизия"])
    date: Day = Field(description="YYYY-MM-DD or DD.MM, business zone", examples=["2026-11-27"])
    time: Hour = Field(description="HH:mm, business zone", examples=["19:00"])
    minutes: Whole = Field(None, ge=5, le=24 * 60, description="Without it a session's length")
    kind: Kind = "own"
    capacity: Whole = Field(None, ge=1, le=200, description="How many others may join a group event; ten where nobody says")


class JoinInput(Shown):
    date: Day = Field(description="YYYY-MM-DD or DD.MM, business zone")
    time: Hour = Field(description="HH:mm, business zone")
    event: Id = Field(description="The event's id, or what it is called")


class EventView(Schema):
    id: str
    event: str = Field(description="What it is called")
    event_modal_type: Kind
    psychologist: str = Field(description="Who made it")
    date: str = Field(description="YYYY-MM-DD, business zone")
    pretty_date: str = Field(examples=["27.11"])
    time: str = Field(description="HH:mm, business zone")
    minutes: int
    capacity: int | None
    places_left: int | None
    is_mine: bool
    is_joined: bool


class Events(RootModel[list[EventView]]):
    """Soonest first."""


class EventOrNothing(RootModel[dict[str, Any]]):
    """An event as in the list, or an empty object."""


class EventMade(Answer):
    id: str = Field(description="The event's")
    slot_id: str = Field(description="Of the time that it takes of hers; POST /delete-slot gives that back")


class Joined(Schema):
    id: str = Field(description="Of the slot that takes her time; POST /delete-slot gives that back")


class Full(Schema):
    """No place is left, with status 200: the page reads the body alone."""

    error: Literal["max_supervision_tarif_reached"] = "max_supervision_tarif_reached"

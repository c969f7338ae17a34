"""What the week's doors ask and answer. Names are the page's own."""

from typing import Literal

from pydantic import Field, RootModel

from chalicelib.core.schemas import Answer, Id, Schema, Text
from chalicelib.ownpage.door import SecretQuery, Shown

DAY = "YYYY-MM-DD, DD.MM or an ISO moment, in the business zone"


class WeekQuery(SecretQuery):
    startDate: Text = Field(None, max_length=40, description=f"{DAY}; without it this week's Monday")
    endDate: Text = Field(None, max_length=40, description=f"{DAY}, the last day shown; without it six days later")


class WeekSlot(Schema):
    """A piece of her time."""

    id: str
    time: str = Field(description="HH:mm, business zone")
    status: Literal["Свободен", "Забронирован"] = Field(description="Забронирован: a client's, being chosen by one, or taken by an event")
    event: str | None = Field(description="What the event is called that takes this time, or that lies over this hour")
    event_modal_type: Literal["own", "group"] | None
    slot_over_event: bool = Field(description="An offered hour that gives way to an event for as long as that stands")


class WeekDay(Schema):
    date: str = Field(description="YYYY-MM-DD, business zone")
    pretty_date: str = Field(examples=["27.11"])
    day_name: str = Field(examples=["пятница"])
    slots: dict[str, list[WeekSlot]] = Field(description="By the hour that it begins in, all twenty-four of them")


class WeekItems(Schema):
    items: list[WeekDay]
    date: str = Field(description="The first day")


class Week(RootModel[list[WeekItems]]):
    """One element, as the page reads it."""


class Named(Schema):
    psychologist: str


class Psycho(RootModel[list[Named]]):
    """One element, as the page reads it."""


class TicketWords(RootModel[dict[str, str]]):
    """What the application's form said, by the page's headings; empty where nobody is booked."""


class SlotInput(Shown):
    slot: Id = Field(description="DD.MM HH:mm in the business zone, or a slot's id", examples=["27.11 18:00"])


class SlotDone(Answer):
    id: str = Field(description="The slot's")

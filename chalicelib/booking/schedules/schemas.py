"""What schedules ask and answer."""

from typing import Literal

from pydantic import Field, RootModel

from chalicelib.core.schemas import Answer, Id, Query, Schema, Text


class ScheduleQuery(Query):
    psychologist: Id = Field(description="The specialist's name, in either order of its words, or id", examples=["Мария Орлова"])
    format: Literal["text", "json", "ics"] = Field("text", description="Messages for people, the same as data, or a calendar feed")
    token: Text = Field(None, max_length=200, description="Opens that specialist's calendar feed without a key; see calendar_link")


class Messages(RootModel[list[str]]):
    """One message a week, each short enough for Telegram."""


class ScheduleSlot(Schema):
    """A piece of the specialist's time that is still ahead, or has an owner."""

    id: str
    start_at: str = Field(description="UTC")
    time: str = Field(description="HH:mm, business zone")
    minutes: int
    state: Literal["free", "held", "booked"] = Field(description="held: a client is choosing it right now")
    client_name: str | None
    lead_number: str | None
    revision: int = Field(0, description="Grows with every change of this piece of time")
    changed_at: str | None = Field(None, description="UTC, when it last changed; none for one stored before that was kept")


class Day(Schema):
    date: str = Field(description="YYYY-MM-DD, business zone")
    weekday: str = Field(examples=["Понедельник"])
    slots: list[ScheduleSlot]


class Week(Schema):
    date_from: str = Field(description="Its Monday")
    date_to: str = Field(description="Its Sunday")
    days: list[Day]


class Schedule(Answer):
    psychologist_id: str
    psychologist: str
    calendar_link: str | None = Field(
        description="The specialist's secret calendar feed, relative to the API's base address; none where CALENDAR_SECRET is not set"
    )
    weeks: list[Week]


class CoefficientQuery(Query):
    psychologist_name: Id = Field(description="The specialist's name, in either order of its words, or id", examples=["Мария Орлова"])


class Coefficient(Answer):
    """How many sessions are left to assign, and the three parts that make it."""

    psychologist_id: str
    psychologist: str
    coefficient: int = Field(description="debt - number_of_clients_provided - assigned_after_today; below zero when he has too many")
    debt: int
    number_of_clients_provided: int = Field(description="This month's sessions by the last count, see update_number_of_clients_provided")
    assigned_after_today: int = Field(description="Sessions from tomorrow until the month's end, neither cancelled nor missed")

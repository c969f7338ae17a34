"""What a reassignment asks and answers, to the letter of the contract."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from chalicelib.booking.slots.shown import FreeSlot
from chalicelib.core.schemas import Answer, Id, Query, Schema
from chalicelib.intake.applications.schemas import ApplicationAnswer
from chalicelib.intake.grid.schemas import GridDay
from chalicelib.intake.reassignment import rules

Joined = Annotated[str, BeforeValidator(rules.joined), Field(max_length=8000)]
"""A list as one text; blank is an empty one."""


class Reassignment(Schema):
    """Who is booked anew, with whom of these, at which of these times."""

    lead_number: Id = Field(description="The lead number, or the token of the client's page", examples=["br0722"])
    filtered_psychologists: Joined = Field(description="Names joined by `;` or commas, in either order of their words")
    slots: Joined = Field(description="DD.MM HH:mm, business zone, joined by `;`", examples=["11.03 10:00;11.03 11:00"])
    queries: Joined = Field("", alias="_queries", description="The client's queries from the previous application, joined by `;`")


class Released(Schema):
    """The time that the client had and gives back."""

    psychologist: str
    slot_time: str = Field(description="DD.MM HH:mm, business zone")


class Reassigned(ApplicationAnswer):
    parent_ticket_id: str = Field(description="The ticket whose place the new one takes")
    released: Released | None = Field(description="The old session, where it was still ahead")
    unknown_psychologists: list[str] = Field(description="Names that no working specialist bears")


class LeadQuery(Query):
    lead_number: Id = Field(description="The lead number for the rebooking, or the token of the client's page", examples=["br0722"])


class RebookingQuery(LeadQuery):
    mode: Literal["time", "psychologist"] = Field(
        description="time: only the psychologist chosen before; psychologist: those picked before, without him"
    )


class RebookingSchedule(Answer):
    mode: Literal["time", "psychologist"]
    slots: list[FreeSlot] = Field(description="Free from now on, soonest first")


class RebookingGrid(Answer):
    mode: Literal["time", "psychologist"]
    psychologist: str | None = Field(description="The one chosen before")
    schedule: list[GridDay] = Field(description="From today to the last day with free time, a month at most")


class Psychologist(Schema):
    psychologist_id: str
    psychologist: str


class TicketForRebooking(Schema):
    """The client's newest ticket, as far as a new booking needs it. Whoever shows a page's token reads no contact: links are forwarded."""

    id: str
    parent_ticket_id: str | None = Field(description="The ticket it was reassigned from")
    lead_number: str | None = Field(description="Null for a page")
    client_name: str | None = Field(description="Whole, or an initial: А.")
    client_phone: str | None = Field(description="Whole, or masked: +7 *** ***-15-67")
    client_telegram: str | None = Field(description="Whole, or masked: a***")
    client_email: str | None = Field(description="Whole, or masked: a***@mail.ru")
    contact: str | None = Field(description="As the client wrote it; null for a page")
    request_text: str | None
    queries: list[str] = Field(description="What the client asks help with")
    psychologists: list[Psychologist] = Field(description="Those picked for him, best first")
    chosen: Psychologist | None = Field(description="The one chosen before")
    rejected: list[Psychologist] = Field(description="Those he left; they are not offered again")
    status: str = Field(description="new, linked, or the status of the ticket's session")
    created_at: str
    updated_at: str


class FormBefore(Schema):
    """What the client said in his last form, under the site's own names."""

    question_to_psychologist: str
    traumaticEvents: list[str]
    clientStates: list[str]
    diagnoses: list[str]


class RebookingInfo(Answer):
    ticket: TicketForRebooking
    form: FormBefore

"""What a ticket tells, in the contract's two shapes."""

from pydantic import Field, model_validator

from chalicelib.booking.slots.shown import FreeSlot
from chalicelib.core.schemas import Answer, Query, Schema, Text


class TicketQuery(Query):
    """By ``ticket_id``; or by the lead number as ``client_id`` with the application's ``link_id``."""

    ticket_id: Text = Field(None, max_length=200)
    client_id: Text = Field(None, max_length=200, description="The lead number")
    link_id: Text = Field(None, max_length=200, description="The application's link id")

    @model_validator(mode="after")
    def _names_one(self) -> "TicketQuery":
        if not self.ticket_id and not (self.client_id and self.link_id):
            raise ValueError("expected ticket_id, or client_id and link_id")
        return self


class MatchView(Schema):
    """A specialist who fits, best first, and why."""

    psychologist_id: str
    psychologist: str
    reasons: list[str]


class TicketView(Schema):
    """Whole for the back office and the ticket's own client; whoever merely shows the id reads no contact, request or lead number."""

    id: str
    client_id: str | None = Field(description="The lead number; null for whoever merely shows the id")
    client_name: str | None = Field(description="Whole, or an initial: А.")
    client_phone: str | None = Field(description="Whole, or masked: +7 *** ***-15-67")
    client_telegram: str | None = Field(description="Whole, or masked: a***")
    client_email: str | None = Field(description="Whole, or masked: a***@mail.ru")
    request_text: str | None = Field(description="Null for whoever merely shows the id")
    price: str | None = Field(None, description="What he can pay, as he said it to the helping hand")
    status: str = Field(description="new, linked, reassigned, or the status of the ticket's session")
    created_at: str
    updated_at: str
    psychologist_name: str | None
    slot_time: str | None = Field(description="DD.MM HH:mm, business zone")
    held_slots: list[FreeSlot] = Field(default=[], description="Slots still held for this ticket")
    matches: list[MatchView] = Field(
        default=[], description="Who fits and why; none for whoever merely shows the id: reasons tell the request"
    )


class TicketAnswer(Answer):
    ticket: TicketView


class TicketRow(TicketView):
    """The application's row as one object."""

    link_id: str
    link: str | None
    utm: dict[str, str]

"""What a ticket tells, in the contract's two shapes."""

from pydantic import Field, model_validator

from chalicelib.booking.slots.schemas import FreeSlot
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


class TicketView(Schema):
    id: str
    client_name: str | None
    client_phone: str | None
    client_telegram: str | None
    client_email: str | None
    request_text: str | None
    status: str = Field(description="new, linked, reassigned, or the status of the ticket's session")
    created_at: str
    updated_at: str
    psychologist_name: str | None
    slot_time: str | None = Field(description="DD.MM HH:mm, business zone")
    held_slots: list[FreeSlot] = Field(default=[], description="Slots still held for this ticket")


class TicketAnswer(Answer):
    ticket: TicketView


class TicketRow(TicketView):
    """The application's row as one object."""

    client_id: str = Field(description="The lead number")
    link_id: str
    link: str | None
    utm: dict[str, str]

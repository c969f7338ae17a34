"""What the office asks of its sessions and reads of them."""

from datetime import date, timedelta

from pydantic import Field, model_validator

from chalicelib.booking.sessions.schemas import Status
from chalicelib.core.errors import WrongField
from chalicelib.core.listing import Day, in_order
from chalicelib.core.schemas import Answer, Contour, Query, Schema, Text

WIDEST, AHEAD = 62, 31
"""Days that one list spans at most where it is not one specialist's, and how many of them lie ahead where nobody says."""


class SessionsQuery(Query):
    """Which sessions; days are the business's own."""

    date_from: Day | None = Field(None, description=f"The first day; {WIDEST - 1} days before the last one where it is left out")
    date_to: Day | None = Field(None, description=f"The last day; {AHEAD} days from now, or {WIDEST - 1} after the first one")
    status: Status | None = None
    specialist_id: Text = Field(None, description="With it the span may be any")
    contour: Contour = "live"
    limit: int = Field(50, ge=1, le=200)
    cursor: Text = None

    @model_validator(mode="after")
    def _is_a_span(self) -> "SessionsQuery":
        in_order(self.date_from, self.date_to)
        if self.date_from and self.date_to and not self.specialist_id and (self.date_to - self.date_from).days >= WIDEST:
            raise WrongField("date_to", f"expected {WIDEST} days at most, or a specialist_id: narrow the span")
        return self

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last day, where one or both are left out."""
        span = timedelta(days=WIDEST - 1)
        last = self.date_to or (self.date_from + span if self.date_from else today + timedelta(days=AHEAD))
        return self.date_from or last - span, last


class SessionRow(Schema):
    session_id: str
    ticket_id: str
    client_id: str | None = Field(description="The client's lead number", examples=["br0001"])
    client_name: str | None
    specialist_id: str
    specialist_name: str
    status: Status
    start_at: str = Field(description="UTC", examples=["2026-12-01T09:00:00Z"])
    slot_time: str = Field(description="DD.MM HH:mm, business zone", examples=["01.12 12:00"])
    minutes: int
    rating: int | None
    cancellation_reason: str | None


class SessionList(Answer):
    sessions: list[SessionRow]
    next_cursor: str | None = None

"""What slots look like from outside."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, field_validator

from chalicelib.booking.slots.shown import FreeSlot
from chalicelib.core.schemas import Answer, Contour, Id, Query, Schema, Text


class SlotsQuery(Query):
    psychologist: Text = Field(None, max_length=200, description="A specialist's id or name, in either order of its words")
    date_from: Text = Field(None, description="YYYY-MM-DD or DD.MM, in the business zone", examples=["2026-12-01"])
    date_to: Text = Field(None, description="The last day shown, as date_from")
    limit: int = Field(100, ge=1, le=500)
    cursor: Text = Field(None, description="Where the last page ended")
    ticket_id: Text = Field(None, description="Shows the slots held for this application too")


class FreeSlots(Answer):
    slots: list[FreeSlot]
    next_cursor: str | None = None


class NewSlot(Schema):
    """A piece of a specialist's time. Naive times are in the business zone."""

    id: Annotated[Id | None, Field(description="Kept as given; made here when absent")] = None
    specialist_id: Id
    start_at: AwareDatetime | datetime = Field(examples=["2026-12-01T10:00:00+03:00"])
    minutes: int | None = Field(None, ge=5, le=24 * 60)

    @field_validator("start_at")
    @classmethod
    def _in_our_age(cls, start: datetime) -> datetime:
        """A day around it exists in every zone."""
        if not 2000 <= start.year <= 2999:
            raise ValueError("expected a year from 2000 to 2999")
        return start


class NewSlots(Schema):
    slots: list[NewSlot] = Field(min_length=1, max_length=100)


class SlotView(FreeSlot):
    contour: Contour
    state: Literal["free", "held", "booked", "taken"]


class SlotsAnswer(Answer):
    slots: list[SlotView]

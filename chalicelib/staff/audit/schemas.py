"""What is asked of the house's own doings, and what is read of them."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from chalicelib.clients.timeline.schemas import Event
from chalicelib.core.listing import Day, in_order
from chalicelib.core.schemas import Answer, Contour, Query, Text, blank_is_none

Actor = Annotated[Annotated[str, Field(pattern=r"^(staff#[1-9]\d{0,11}|office)$")] | None, BeforeValidator(blank_is_none)]
Kind = Annotated[Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")] | None, BeforeValidator(blank_is_none)]


class AuditQuery(Query):
    """Which doings; days are the business's own, and count by when it was written down."""

    actor: Actor = Field(None, description="`staff#<id>`, or `office` for the service key; blank is anybody", examples=["staff#7"])
    kind: Kind = Field(
        None, description="A kind of docs/facts.md; blank is any, and of one that there is not nothing is found", examples=["client_merged"]
    )
    date_from: Day | None = None
    date_to: Day | None = None
    limit: int = Field(50, ge=1, le=200)
    cursor: Text = None

    @model_validator(mode="after")
    def _is_a_span(self) -> "AuditQuery":
        in_order(self.date_from, self.date_to)
        return self


class Deed(Event):
    contour: Contour
    name: str | None = Field(description="What he is called now; null for the service key", examples=["Ольга Орлова"])
    subject: str = Field(description="To whom it was done: a client's id, `staff#<id>`, or `-`")


class AuditLog(Answer):
    items: list[Deed] = Field(
        description="Newest first; fewer than `limit`, even none, where most of what was looked through is something else"
    )
    next_cursor: str | None = Field(description="What to ask for the rest with; null at the end")

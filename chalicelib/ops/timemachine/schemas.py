"""What the time machine is asked and tells."""

from datetime import timedelta
from typing import Literal

from pydantic import Field

from chalicelib.core.schemas import Answer, Id, Schema

FARTHEST = timedelta(days=90)


class Advance(Schema):
    ticket_id: Id = Field(description="A ticket of the test contour")
    by: timedelta = Field(gt=timedelta(), le=FARTHEST, description="ISO 8601, at most 90 days", examples=["P21D"])


class Moment(Schema):
    """One thing that happened: a message, or a change of state."""

    at: str = Field(description="UTC")
    kind: Literal["message", "state"]
    recipient: str | None = Field(None, description="client, specialist or admin")
    template: str | None = None
    state: str | None = Field(None, description="How the message ended")
    reason: str | None = None
    text: str | None = None
    of: Literal["ticket", "session", "slot_time"] | None = None
    before: str | None = None
    after: str | None = None


class Timeline(Answer):
    since: str
    until: str
    timeline: list[Moment]

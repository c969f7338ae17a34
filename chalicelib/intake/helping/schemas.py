"""What the helping hand's page sends and reads."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from chalicelib.booking.slots.shown import FreeSlot
from chalicelib.booking.slots.wording import split_times
from chalicelib.core.schemas import Answer, Id, Message, Query, Schema, Text
from chalicelib.integrations.tilda import forms

MOST = 20
"""How many times one request may name."""


def _ids(value: Any) -> Any:
    """Ids as a list, a joined text, or rows of the grid."""
    rows = value if isinstance(value, list) else [value]
    return [part[:200] for row in rows for part in forms.split(row.get("id") if isinstance(row, dict) else row)][:MOST]


def _times(value: Any) -> Any:
    return [time[:200] for text in forms.split(value) for time in split_times(text)][:MOST]


class HelpQuery(Query):
    ticket_id: Id = Field(description="The token of the bot's link, or the form's own number", examples=["hh_1234567"])


class Allotment(Answer):
    is_allowed: bool = Field(description="Whether a time may be chosen for this application now")


class HelpChoice(Schema):
    """Which of these times is wanted, first first. Names and contacts beside it count for nothing."""

    ticket_id: Id = Field(description="The token of the bot's link books; the form's own number holds", examples=["hh_1234567"])
    slots_objects: Annotated[list[str], BeforeValidator(_ids)] = Field([], description="Slot ids")
    slots: Annotated[list[str], BeforeValidator(_times)] = Field([], description="D.M HH:mm, business zone; read where no id is sent")
    utm_psy: Text = Field(None, max_length=200, description="Whose time it is: an id or a name")


class HelpChosen(Message):
    status: Literal["held", "booked"]
    slot: FreeSlot
    held_until: str | None = Field(description="UTC; until then the client confirms in the bot")
    link: str | None = Field(description="Opens the bot where he does so; none where it has written to him")


class NumberAnswer(Answer):
    """All that a form's number tells of a helping-hand application, for anybody may guess one."""

    price: str | None = Field(description="What the person can pay, in the site's words", examples=["2000 руб"])
    status: str

"""How the page reads who waits."""

from pydantic import Field, RootModel

from chalicelib.core.schemas import Answer, Id, Schema
from chalicelib.ownpage.door import Shown


class Waiting(Schema):
    """Somebody who waits: no name, no contact, and nothing by which his application could be opened."""

    ticket_id: str = Field(description="A token for this specialist alone; it confirms, and opens nothing else")
    age: str | None
    queries: str = Field(description="Topics, joined by semicolons")
    price: str | None = Field(description="What he can pay, as he chose it", examples=["2000 руб"])
    created_at: str = Field(description="UTC")


class WaitingList(RootModel[list[Waiting]]):
    """Who has waited longest first."""


class Confirmation(Shown):
    ticket_id: Id = Field(description="The token of POST /get-help-hand-tickets")
    slot: Id = Field(description="A free slot of hers: DD.MM HH:mm in the business zone, or its id")


class Confirmed(Answer):
    """He is booked, and told."""

"""What CRMs send, each in its own way, and what they are answered."""

from typing import Any, ClassVar

from pydantic import ConfigDict, Field

from chalicelib.core.schemas import Answer, Schema


class HookEvent(Schema):
    """amoCRM's form (`leads[update][0][id]`), Bitrix24's (`event`, `data[FIELDS][ID]`), or HubSpot's list of events."""

    model_config = ConfigDict(extra="allow")

    LISTED: ClassVar[str] = "events"

    event: Any = Field(None, description="Bitrix24: which event", examples=["ONCRMLEADUPDATE"])
    events: Any = Field(
        None, description="HubSpot: the list that its body is", examples=[[{"subscriptionType": "contact.creation", "objectId": 151}]]
    )

    @property
    def said(self) -> dict[str, Any]:
        """All fields."""
        return {**(self.model_extra or {}), "event": self.event, "events": self.events}


class HookHeard(Answer):
    named: int = Field(description="How many leads are looked at")
    run: bool = Field(description="Whether a run begins, for what was told names no lead")

"""What a carrier tells of its mails, in its own words, and what it reads."""

from typing import Any

from pydantic import ConfigDict, Field

from chalicelib.core.schemas import Answer, Schema


class MailEvent(Schema):
    """SNS's envelope around SES's event, the event itself, or `{"email", "event", "permanent"}`."""

    model_config = ConfigDict(extra="allow", str_max_length=250_000)

    @property
    def said(self) -> dict[str, Any]:
        """All that it says."""
        return dict(self.model_extra or {})


class Heard(Answer):
    marked: int = Field(description="How many clients are written to at this address no more, by this event")
    reason: str | None = Field(None, description="Why it says of nobody that his address is dead")

"""What a carrier tells of its mails, in its own words, and what it reads."""

from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field

from chalicelib.core.schemas import Answer, Schema, blank_is_none


class MailEvent(Schema):
    """SNS's envelope around SES's event, the event itself, or `{"email", "event", "permanent"}`."""

    model_config = ConfigDict(extra="allow", str_max_length=250_000)

    @property
    def said(self) -> dict[str, Any]:
        """All that it says."""
        return dict(self.model_extra or {})


def _truth(said: Any) -> Any:
    """Yes or no, as JSON has it and as a form does."""
    known = {"true": True, "1": True, "false": False, "0": False}
    word = str(blank_is_none(said)).lower()
    if word in ("none", *known) and isinstance(said, str | int | None):
        return known.get(word)
    raise ValueError("expected true or false")


class Told(Schema):
    """What another carrier than SES says: one address, and whether it is dead for good."""

    email: str | None = None
    permanent: Annotated[bool | None, BeforeValidator(_truth)] = None


class Heard(Answer):
    marked: int = Field(description="How many clients are written to at this address no more, by this event")
    reason: str | None = Field(None, description="Why it says of nobody that his address is dead")

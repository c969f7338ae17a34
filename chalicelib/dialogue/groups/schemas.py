"""Words to many, as panels send them, and what becomes of them person by person."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, field_validator

from chalicelib.core import clock
from chalicelib.core.schemas import Schema, Seen, Text
from chalicelib.core.stamps import Stamp
from chalicelib.core.synonyms import Names, Synonymous
from chalicelib.dialogue.groups import rules
from chalicelib.dialogue.registry.rules import Channel, Status, canonical
from chalicelib.messaging.rules import MARKETING

Words = Annotated[str, Field(min_length=1, max_length=4000), Seen]
"""What a person of ours wrote: said as it stands."""


class GroupWords(Synonymous):
    """Words to clients by one channel; whatever else is said of them, their delivery too, counts for nothing."""

    ALSO: ClassVar[Names] = {"text": ("message_text", "body")}

    client_ids: list[Annotated[int, Field(ge=1, lt=10**9, strict=True)]] = Field(min_length=1, max_length=rules.MOST)
    channel: Annotated[Channel, BeforeValidator(canonical)] = Field(description="`app_push` is `app`")
    text: Words
    subject: Text = Field(None, max_length=200, description="What a mail is headed with")
    group_name: Text = Field(None, max_length=100)
    purpose: Literal["marketing", "service"] | None = Field(
        None, description="Who does not say it means marketing; to one client, service: it is a reply"
    )
    scheduled_for: Stamp | None = Field(None, description="When it leaves, within 90 days; at once where that is over")

    @field_validator("scheduled_for")
    @classmethod
    def _is_near(cls, said: Any) -> Any:
        if said is not None and said > clock.now() + rules.LATEST:
            raise ValueError("expected a moment within 90 days")
        return said

    @property
    def people(self) -> list[int]:
        """Each once, in the order in which they are named."""
        return [*dict.fromkeys(self.client_ids)]

    @property
    def is_reply(self) -> bool:
        """Whether it is to one client alone: a person's own words to him. An offer is none, to however few it goes."""
        return len(self.people) == 1 and self.purpose != MARKETING

    @property
    def is_marketing(self) -> bool:
        """Whether nobody asked for it."""
        return self.purpose == MARKETING or (self.purpose is None and not self.is_reply)


class PersonResult(Schema):
    """What becomes of them for one client."""

    client_id: int
    message_id: str | None = Field(description="Null where there is no message")
    delivery_status: Status
    error: Literal["unknown_client", "duplicate", "paused", "no_address", "no_consent", "frequency", "channel_not_configured"] | None = (
        Field(description="Why he does not hear it")
    )


class GroupResult(Schema):
    """The same of all of them."""

    group_name: str
    total: int
    sent_count: int = Field(description="To how many it leaves: how it ends stands in the registry")
    sent: int = Field(description="The same as sent_count")
    failed: int = Field(description="All others")
    items: list[PersonResult]

"""What is said of how a client is reached: apart, for most who know clients never say it."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from chalicelib.clients.schemas import as_digits
from chalicelib.core.schemas import Answer, Schema, Warned

Account = Annotated[Annotated[str, Field(pattern=r"^[1-9]\d{0,15}$")] | None, BeforeValidator(as_digits)]


class ChannelsChange(Schema):
    """How a client is reached: what is absent stays, `null` clears. Other fields, and none at all, are refused: nothing would change."""

    model_config = ConfigDict(extra="forbid")

    preferred_channel: Literal["telegram", "max", "vk", "email", "sms"] | None = Field(
        None, description="What is tried first; `vk` and `max` need such an account, and are cleared with it"
    )
    vk_id: Account = Field(None, description="His account at VK, which wrote to our community", examples=["54321"])
    max_id: Account = Field(None, description="His account at MAX, which opened our bot", examples=["12345"])

    @model_validator(mode="after")
    def _says_something(self) -> "ChannelsChange":
        if not self.model_fields_set:
            raise ValueError("expected preferred_channel, vk_id or max_id")
        return self

    @property
    def said(self) -> dict[str, str | None]:
        """The fields that were given."""
        return {name: getattr(self, name) for name in ChannelsChange.model_fields if name in self.model_fields_set}


class Channels(Warned, Answer):
    """How a client is reached, as it stands."""

    client_id: str = Field(description="The client's lead number", examples=["br0001"])
    preferred_channel: str | None
    vk_id: str | None
    max_id: str | None

"""What is said of how a client is reached: apart, for most who know clients never say it."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from chalicelib.clients.schemas import as_digits
from chalicelib.core.schemas import Answer, Schema

Account = Annotated[str | None, BeforeValidator(as_digits), Field(None, pattern=r"^[1-9]\d{0,15}$")]


class ChannelsChange(Schema):
    """How a client is reached: what is absent stays, `null` clears."""

    preferred_channel: Literal["telegram", "max", "vk", "email", "sms"] | None = Field(None, description="What is tried first")
    vk_id: Account = Field(None, description="His account at VK, which wrote to our community", examples=["54321"])
    max_id: Account = Field(None, description="His account at MAX, which opened our bot", examples=["12345"])

    @property
    def said(self) -> dict[str, str | None]:
        """The fields that were given."""
        return {name: getattr(self, name) for name in ChannelsChange.model_fields if name in self.model_fields_set}


class Channels(Answer):
    """How a client is reached, as it stands."""

    client_id: str = Field(description="The client's lead number", examples=["br0001"])
    preferred_channel: str | None
    vk_id: str | None
    max_id: str | None

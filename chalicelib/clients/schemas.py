"""What the client base takes and answers."""

from pydantic import Field

from chalicelib.core.schemas import Id, Message, Schema


class Registration(Schema):
    user_id: Id = Field(description="The client's Telegram id", pattern=r"^[1-9]\d{0,15}$", examples=["7012345678"])


class Registered(Message):
    client_id: str = Field(description="The client's lead number", examples=["br0001"])

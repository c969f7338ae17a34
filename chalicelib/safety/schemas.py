"""What lifting a pause answers."""

from pydantic import Field

from chalicelib.core.schemas import Message


class Resumed(Message):
    client_id: str = Field(description="The client's lead number", examples=["br0001"])

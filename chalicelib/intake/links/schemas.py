"""What following a link asks and answers."""

from pydantic import Field

from chalicelib.core.schemas import Id, Message, Schema, Text


class LinkFollowed(Schema):
    user_id: Id = Field(description="The client's Telegram id", pattern=r"^[1-9]\d{0,15}$", examples=["7012345678"])
    ticket_id: Id = Field(description="The ticket that the link carried", examples=["01KB1T5V0M6T2Q9W3R8Y7X4Z5A"])
    username: Text = Field(None, max_length=64, description="The account's @username, where the bot knows it")


class LinkAnswer(Message):
    ticket_id: str
    client_id: str = Field(description="The client's lead number")
    psychologist_name: str | None = Field(description="Whose slot was booked; none when the administrator must choose")
    slot_time: str | None = Field(description="DD.MM HH:mm, business zone")

"""What following a link asks and answers."""

from pydantic import Field

from chalicelib.core.schemas import Id, Message, Schema, Text


class LinkFollowed(Schema):
    user_id: Id = Field(description="The client's Telegram id", pattern=r"^[1-9]\d{0,15}$", examples=["7012345678"])
    ticket_id: Id = Field(description="The ticket that the link carried", examples=["01KB1T5V0M6T2Q9W3R8Y7X4Z5A"])
    username: Text = Field(None, max_length=64, description="The account's @username, where the bot knows it")
    phone: Text = Field(None, max_length=60, description="The phone that this very account shared by button; the bot vouches for it")
    declined: bool = Field(False, description="The account was asked for its phone and will not share it")


class LinkAnswer(Message):
    ticket_id: str
    client_id: str | None = Field(None, description="The client's lead number; none while a contact is needed")
    psychologist_name: str | None = Field(None, description="Whose slot was booked; none when the administrator must choose")
    slot_time: str | None = Field(None, description="DD.MM HH:mm, business zone")
    contact_needed: bool = Field(
        False, description="Nothing is bound or booked yet: ask the account for its phone and call again with `phone` or `declined`"
    )
    over: bool = Field(False, exclude=True, description="Whether the words are all: the session is no longer, or the link was for another")

"""What the client base takes and answers."""

from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from chalicelib.core.schemas import Id, Message, Schema, Seen, Text


class Registration(Schema):
    user_id: Id = Field(description="The client's Telegram id", pattern=r"^[1-9]\d{0,15}$", examples=["7012345678"])


class Registered(Message):
    client_id: str = Field(description="The client's lead number", examples=["br0001"])


def as_digits(value: object) -> object:
    """An account that came as a number, as the text that it is."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


class ContactConfirmation(Schema):
    """One contact that the office knows to be this client's own."""

    phone: Text = Field(None, max_length=60, examples=["+7 904 550-15-67"])
    email: Text = Field(None, max_length=254)
    telegram_id: Annotated[str | None, BeforeValidator(as_digits)] = Field(None, pattern=r"^[1-9]\d{0,15}$")

    @model_validator(mode="after")
    def _says_one(self) -> "ContactConfirmation":
        if len([said for said in (self.phone, self.email, self.telegram_id) if said]) != 1:
            raise ValueError("expected exactly one of phone, email and telegram_id")
        return self


class Confirmed(Message):
    client_id: str = Field(description="The client's lead number", examples=["br0001"])
    possible_duplicates: list[str] = Field(description="Ids of clients who had merely typed it")


class Merge(Schema):
    into: Id = Field(description="The client who stays: a lead number or an id", examples=["br0001"])
    reason: Annotated[str, Field(min_length=1, max_length=500), Seen] = Field(description="Why they are one, for whoever asks later")


class Merged(Message):
    client_id: str = Field(description="The lead number of the client who stays", examples=["br0001"])
    merged: str = Field(description="The lead number that leads to him from now on", examples=["br0002"])

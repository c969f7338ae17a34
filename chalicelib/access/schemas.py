"""What proving who one is asks and answers."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from chalicelib.core.schemas import Answer, Id, Query, Schema, Text


class TelegramIdQuery(Query):
    """Who is meant, in any one of these ways."""

    client: Text = Field(None, max_length=300, description="A lead number, phone, e-mail, @username or Telegram id, whichever is known")
    client_id: Text = Field(None, max_length=300, description="A lead number or a client id")
    lead_number: Text = Field(None, max_length=300)
    phone: Text = Field(None, max_length=300)
    email: Text = Field(None, max_length=300)
    username: Text = Field(None, max_length=300, description="A Telegram @username or link")
    send_code: bool = Field(False, description="Also have the bot send this client a login code")

    @model_validator(mode="after")
    def _names_somebody(self) -> "TelegramIdQuery":
        if not self.said:
            raise ValueError("expected client, client_id, lead_number, phone, email or username")
        return self

    @property
    def said(self) -> list[str]:
        """The ways in which the client is named."""
        return [name for name in (self.client, self.client_id, self.lead_number, self.phone, self.email, self.username) if name]


class TelegramIdAnswer(Answer):
    telegram_id: str | None = Field(description="None where we know no such client, or no Telegram account of his")
    resend_after: int | None = Field(description="Where a code was asked for: seconds until another can be; says nothing of who exists")


def _digits(value: Any) -> Any:
    """A code as people type and programs send it: ``123 456``, 12345 for 012345."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value).zfill(6)
    return re.sub(r"[\s-]", "", value) if isinstance(value, str) else value


class CodeCheck(Schema):
    telegram_id: Id = Field(max_length=40, examples=["7012345678"])
    code: Annotated[str, BeforeValidator(_digits)] = Field(pattern=r"^[0-9]{6}$", examples=["042137"])


class CodeChecked(Answer):
    verified: bool = Field(description="False for a wrong, used or old code, and where no code was sent")
    token: str | None = Field(None, description="For `Authorization: Bearer …`: 24 hours, this client's own data only")

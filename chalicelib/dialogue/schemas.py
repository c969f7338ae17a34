"""What is passed between a client and the administrator, read as tolerantly as it is sent."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import from_json

from chalicelib.core.schemas import Message, Schema, Text
from chalicelib.integrations.tilda import forms

Listed = Annotated[list[Annotated[str, Field(max_length=300)]], BeforeValidator(forms.split), Field(max_length=200)]


def _unpacked(value: Any) -> Any:
    """JSON that somebody sent as a text; anything else as it is."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return value
    try:
        return from_json(value)
    except ValueError:
        return value


def _row(value: Any) -> Any:
    """A row of the old database: an object, its JSON text, or a list that holds it."""
    row = _unpacked(value)
    row = row[0] if isinstance(row, list) and row else row
    if row in (None, "", [], "null"):
        return {}
    return {name: _unpacked(column) for name, column in row.items()} if isinstance(row, Mapping) else row


Row = Annotated[dict[str, Any], BeforeValidator(_row)]


class TicketData(Schema):
    """A ticket as the site tells the administrator of it."""

    psychologists: Listed = Field(default=[], description="Names joined by ;")
    slots: Listed = Field(default=[], description="DD.MM HH:mm joined by ;")
    slots_id: Listed = Field(default=[], description="Ids of the same slots joined by ;")
    tiket_info: Row = Field(default={}, description="The ticket's row, an object or its JSON text; `ticket_info` does too")
    client_info: Row = Field(default={}, description="The client's row, an object or its JSON text")

    @model_validator(mode="before")
    @classmethod
    def _either_spelling(cls, raw: Any) -> Any:
        spelled = isinstance(raw, dict) and not raw.get("tiket_info") and raw.get("ticket_info")
        return {**raw, "tiket_info": spelled} if spelled else raw

    @model_validator(mode="after")
    def _says_something(self) -> "TicketData":
        if not any((self.psychologists, self.slots, self.slots_id, self.tiket_info, self.client_info)):
            raise ValueError("expected psychologists, slots, slots_id, tiket_info or client_info")
        return self


class ClientWords(Schema):
    """What a client wrote, and who he is as far as the sender knows."""

    text: Annotated[str, Field(min_length=1, pattern=r"\S")] = Field(description="Under `text` or `message`")
    telegram_id: Text = Field(None, max_length=200, description="Under `telegram_id` or `user_id`")
    client_id: Text = Field(None, max_length=200, description="A lead number or a client id; under `client_id`, `lead` or `lead_number`")

    @model_validator(mode="before")
    @classmethod
    def _any_name(cls, raw: Any) -> Any:
        if not isinstance(raw, dict):
            return raw
        told = raw["message"] if isinstance(raw.get("message"), dict) else raw
        sender = told["from"] if isinstance(told.get("from"), dict) else {}
        return {
            "text": _first(told, "text", "message") or _first(raw, "text"),
            "telegram_id": _first(raw, "telegram_id", "user_id") or sender.get("id"),
            "client_id": _first(raw, "lead", "lead_number", "client_id", "utm_client"),
        }


def _first(raw: Mapping[str, Any], *names: str) -> Any:
    return next((raw[name] for name in names if raw.get(name) not in (None, "")), None)


class AdminLine(Schema):
    command: Annotated[str, Field(min_length=1, examples=["br0722: Добрый день! Удобно ли вам завтра?"])]


class Passed(Message):
    """What was passed on."""

    client_id: str | None = Field(None, description="The client's lead number, where he is known")
    state: Literal["queued"] | None = Field(None, description="To a client: it waits in the outbox; how it ended stands in the ledger")
    channel: Literal["telegram", "ledger"] | None = Field(
        None, description="To a client: the way it goes; by the ledger nothing leaves us, none where it is chosen as it leaves (mail, SMS)"
    )
    will_arrive: bool | None = Field(None, description="To a client: false where nothing of ours can carry it now")

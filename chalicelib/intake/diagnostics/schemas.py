"""What diagnostic sessions ask and answer."""

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from chalicelib.core.schemas import Id, Message, Schema, Text
from chalicelib.intake.applications.reading import read
from chalicelib.integrations.tilda import forms


class DiagnosticRequest(Schema):
    """Who asks for a diagnostic session, and about what. A contact is required."""

    client_name: Annotated[str, Field(min_length=1, max_length=300, pattern=r"\S")]
    client_phone: Text = Field(None, max_length=300)
    client_telegram: Text = Field(None, max_length=300)
    client_email: Text = Field(None, max_length=300)
    request_text: Text = None
    utm: dict[str, str] = Field(default={}, description="source, medium, campaign, content, term; the word null is none")

    @model_validator(mode="before")
    @classmethod
    def _read_any_shape(cls, raw: Any) -> Any:
        return _read(raw) if isinstance(raw, dict) else raw

    @model_validator(mode="after")
    def _has_contact(self) -> "DiagnosticRequest":
        if not any((self.client_phone, self.client_telegram, self.client_email)):
            raise ValueError("expected client_phone, client_telegram or client_email")
        return self


LONGEST = {"client_name": 300, "client_phone": 300, "client_telegram": 300, "client_email": 300, "request_text": 20_000}
"""Characters that are read; nobody is refused for more."""


def _read(raw: dict[str, Any]) -> dict[str, Any]:
    """The contract's fields; what stands under other names, or is a contact in any field, where they are blank."""
    said = read(raw)
    contact = said["contact"]["value"] if not (said["phone"] or said["email"] or said["telegram"]) else None
    found = {f"client_{name}": said[name] for name in ("name", "phone", "telegram", "email")} | {"request_text": said["request_text"]}
    found["client_phone"] = found["client_phone"] or contact
    given = {name: value for name, value in raw.items() if value not in (None, "")}
    told = {**raw, **{name: value for name, value in found.items() if value is not None}, **given}
    cut = {name: told[name][:most] for name, most in LONGEST.items() if isinstance(told.get(name), str)}
    return {**told, **cut, "utm": forms.utm(raw)}


class DiagnosticTicket(Message):
    ticket_id: str


class Payment(Schema):
    amount: float = Field(0, ge=0, le=10_000_000, allow_inf_nan=False, description="Roubles")
    status: Literal["pending", "completed"]


class DiagnosticBooking(Schema):
    client_id: Id = Field(description="A lead number or a client id")
    psychologist_id: Id
    slot_id: Id
    payment_info: Payment = Payment(status="pending")
    force: bool = Field(False, description="Book although the client has another session at that time")


class DiagnosticBooked(Message):
    ticket_id: str
    session_id: str
    status: Literal["pending", "confirmed"]
    psychologist_name: str
    slot_time: str = Field(description="DD.MM HH:mm, business zone")
    payment_due_at: str | None = Field(description="UTC; until then the slot waits for the payment")

"""What planning a follow-up asks; the source gives no body, so any name of the client will do."""

from pydantic import AliasChoices, Field, model_validator

from chalicelib.core.schemas import Message, Schema, Text


class FollowUpRequest(Schema):
    client_id: Text = Field(
        None,
        max_length=200,
        validation_alias=AliasChoices("client_id", "lead_number", "utm_client"),
        description="A lead number or a client id",
    )
    telegram_id: Text = Field(None, max_length=20, validation_alias=AliasChoices("telegram_id", "user_id"))
    psychologist_name: Text = Field(None, max_length=200, description="Whose schedule; the last session's specialist when absent")

    @model_validator(mode="after")
    def _names_one(self) -> "FollowUpRequest":
        if not (self.client_id or self.telegram_id):
            raise ValueError("expected client_id (a lead number) or telegram_id")
        return self


class FollowUpPlanned(Message):
    client_id: str = Field(description="The client's lead number")
    due_at: str = Field(description="UTC; the schedule is sent then, unless he has booked or cannot be reached")

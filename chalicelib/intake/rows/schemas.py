"""What a row's change is answered with."""

from pydantic import Field

from chalicelib.core.schemas import Answer, Warned
from chalicelib.intake.rows.rules import Verdict


class ChangeAnswer(Warned, Answer):
    result: Verdict = Field(description="What was done with the change")
    reason: str | None = None
    ticket_id: str | None = Field(None, description="The ticket of the session that was booked")

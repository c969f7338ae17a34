"""What the bot's door answers: a 2xx body may itself be one call of the Bot API, so a button is answered at once."""

from pydantic import Field

from chalicelib.core.schemas import Schema


class BotAnswer(Schema):
    method: str | None = Field(None, description="answerCallbackQuery where a button was pressed; nothing otherwise")
    callback_query_id: str | None = None
    text: str | None = Field(None, max_length=200)
    show_alert: bool | None = None
    reason: str | None = Field(None, description="Why an update was taken and left alone; nothing where it was not")

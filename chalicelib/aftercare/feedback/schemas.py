"""The feedback form, to the letter of the contract, its misspelling included."""

from pydantic import Field

from chalicelib.core.schemas import Id, Message, Schema, Text


class Anketa(Schema):
    """The seven answers."""

    mark: Text = Field(None, max_length=2000, description="The client's mark")
    feelings: Text = Field(None, description="What the client felt")
    questions: Text = Field(None, description="Which questions helped")
    needs: Text = Field(None, description="What was missing")
    status: Text = Field(None, description="Readiness to continue")
    wantOtherPschologist: Text = Field(None, description="Whether another psychologist is needed")
    secondSessionTime: Text = Field(None, description="When the client is ready to discuss the next time")


class FeedbackForm(Schema):
    """What a page's token says wins over all beside it but the answers; without one the client and the psychologist must be named."""

    anketa: Anketa = Anketa()
    telegram_id: Text = Field(None, max_length=200, description="The client's Telegram id; required without a page's token")
    psychologist_name: Text = Field(None, max_length=200, description="Required without a page's token")
    utm_client: Id = Field(description="The client's lead number, or the token of the page that asks him")
    client_name: Text = Field(None, max_length=300)
    client_username: Text = Field(None, max_length=300)
    telegram_id_psychologist: Text = Field(None, max_length=30)
    session_date: Text = Field(None, max_length=60)
    client_age: Text = Field(None, max_length=60)
    psychologist_contact: Text = Field(None, max_length=300)


class FeedbackAnswer(Message):
    rated: bool = Field(description="Whether the mark was put on a session that took place")
    ticket_id: str | None = Field(description="The new ticket, where another psychologist was asked for")
    follow_up: str | None = Field(description="The follow-up that was planned")

"""A consultation as callers ask for it and read it."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from chalicelib.consultations.accounts.schemas import ClientFields
from chalicelib.consultations.tickets.rules import normalised
from chalicelib.core.schemas import Moment, Query, Schema, Text, Warned, Whole


def _language(value: Any) -> Any:
    return (value.strip().lower() or "ru") if isinstance(value, str) else "ru" if value is None else value


Language = Annotated[Literal["ru", "uz"], BeforeValidator(_language)]
Status = Literal["new", "pending", "closed", "other"]


class Question(Schema):
    """What is asked."""

    client_id: Text = Field(None, max_length=60, description="An existing client's UUID")
    org_inn: Text = Field(None, max_length=40)
    lang: Language = Field("ru", description="The language in which the client is answered")
    comment: str = Field(max_length=20_000, description="The question", examples=["Как выставить счёт-фактуру?"])
    topic: Text = Field(None, max_length=300)
    online_question_cat: Text = Field(None, max_length=60, description="The question's category in the reference book")
    online_question: Text = Field(None, max_length=60, description="The question in the reference book")
    importance: Whole = Field(None, ge=0, le=100, description="1 low, 2 normal, 3 and more high")
    scheduled_at: Moment = Field(None, description="The wished time")

    @field_validator("comment")
    @classmethod
    def _says_something(cls, comment: str) -> str:
        if not normalised(comment):
            raise ValueError("expected a question, not a blank")
        return comment.strip()


class QuestionOfAnyone(Question):
    """The same, of a client who may be named here."""

    cl_ref_key: Text = Field(None, max_length=60, description="The consultation's Ref_Key in 1C, where it stands there already")


class NewConsultation(Schema):
    """A question and whose it is."""

    client: ClientFields | None = None
    consultation: QuestionOfAnyone
    source: Text = Field("SITE", max_length=60)


class ConsultationCard(Schema):
    """A consultation as it stands."""

    cons_id: str = Field(description="Chatwoot's conversation once it has one, ours before; both find it for ever")
    cl_ref_key: str | None = Field(description="Its Ref_Key in 1C")
    client_id: str
    number: str | None = Field(description="Its number in 1C, with leading zeros", examples=["00000048151"])
    status: Status
    org_inn: str | None
    create_date: str
    start_date: str | None = Field(description="The wished time")
    lang: str
    comment: str
    online_question_cat: str | None
    online_question: str | None
    created_at: str
    updated_at: str


class Created(Warned):
    """The consultation that a request made, or that an earlier same one had made."""

    consultation: ConsultationCard
    client_id: str
    message: Literal["Consultation created successfully"] = "Consultation created successfully"


class TicketCard(Warned):
    """One consultation."""

    cons_id: str
    cl_ref_key: str | None
    client_id: str
    number: str | None
    status: Status
    org_inn: str | None
    create_date: str
    start_date: str | None
    end_date: str | None = Field(description="When it was over; null while it is open")
    lang: str
    comment: str
    created_at: str
    updated_at: str


class TicketsQuery(Query):
    """Which of a client's consultations."""

    skip: int = Field(0, ge=0, le=10**9, description="How many newer ones to leave out")
    limit: int = Field(100, ge=1, le=1000)


class TicketLine(Schema):
    """A consultation in a list."""

    cons_id: str
    number: str | None
    status: Status
    comment: str
    created_at: str


class TicketsPage(Schema):
    """A client's consultations, newest first. A page of very long questions may be shorter than its limit."""

    tickets: list[TicketLine]
    total: int

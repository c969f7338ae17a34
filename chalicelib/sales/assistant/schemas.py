"""What the assistant's doors ask and answer."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from chalicelib.ai.schemas import Job
from chalicelib.core.lines import in_lines
from chalicelib.core.schemas import Answer, Headed, Query, Schema, Whole, blank_is_none
from chalicelib.sales.assistant.rules import Language, Template, Tone
from chalicelib.sales.forecasts.schemas import Asked, ForecastShown
from chalicelib.sales.leads.schemas import LeadNamed

LONGEST_PROMPT = 1_000
Prompt = Annotated[
    Annotated[str, Field(max_length=LONGEST_PROMPT)] | None,
    BeforeValidator(blank_is_none),
    AfterValidator(in_lines),
]


class EmailRequest(Schema):
    lead_id: LeadNamed = Field(description="The lead's id, or his number (`br0722`)", examples=[722])
    template_type: Template = Field(description="What the letter is for", examples=["follow_up"])
    language: Language = "ru"
    tone: Tone = "professional"
    custom_prompt: Prompt = Field(
        None,
        description="What a model should mind besides; its numbers, dates and names may stand in the letter",
        examples=["Предложи созвон"],
    )
    save: bool = Field(True, description="Keep it as a draft of an e-mail to the lead")
    force: bool = Field(False, description="Ask the model anew where it was asked of the same before")


class FactShown(Schema):
    id: str = Field(examples=["E1"])
    name: str = Field(examples=["company"])
    text: str = Field(description="In the letter's language", examples=["компания: Лотос"])


class EmailMade(Answer, Headed):
    lead_id: int
    subject: str
    body: str
    alternative_subject: str
    alternative_body: str
    tokens_used: int = Field(description="Of a model; rules take none")
    model_used: str = Field(description="`rules`, or the model whose words stand first", examples=["rules"])
    message_id: int | None = Field(description="The draft that was saved")
    facts: list[FactShown] = Field(description="What is known of him that the letter says, or could say")
    unsupported: list[str] = Field(description="Numbers, dates and names of a model's letter that nothing holds: it is not shown then")
    job: Job | None = Field(description="The model's letter that is under way: its result replaces the draft while nobody has changed that")


class CallRequest(Schema):
    call_id: Whole = Field(None, ge=1, le=10**12, description="The call; it may stand in the query", examples=[42])
    force: bool = Field(False, description="Ask the model anew where it was asked of the same transcript before")


class CallQuery(Query):
    call_id: int | None = Field(None, ge=1, le=10**12)
    force: bool = False


class CallAnalysed(Answer, Headed):
    call_id: int
    state: str = Field(description="done, or insufficient_content", examples=["done"])
    analysis: dict[str, Any] = Field(description="What stands now: the rules', until a model's has taken its place")
    hindrance: str | None = Field(
        description="Why no model is asked: no_model, no_consent where the client has not agreed, sees_nothing by the settings"
    )
    job: Job | None


class ForecastRequest(Asked):
    save: bool = Field(False, description="Keep it, as `POST /api/v1/forecasts/generate` does")
    force: bool = Field(False, description="Ask the model anew where it was asked of the same before")


class ForecastMade(ForecastShown):
    id: int = Field(description="0 of one that is not kept")
    narrative: str = Field(description="The same in words: the rules', until a model's are done")
    job: Job | None

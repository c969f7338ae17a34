"""A lead's timeline and score on the wire."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from chalicelib.ai.schemas import Job
from chalicelib.core import objects
from chalicelib.core.lines import in_lines
from chalicelib.core.schemas import Answer, Headed, Query, Schema, Seen, Text
from chalicelib.sales.leads.schemas import LeadNamed

MOST_CONTEXT = 30
LONGEST_VALUE = 500

Author = Literal["manager", "client", "system"]


class Note(Schema):
    message: Annotated[str, Seen, AfterValidator(in_lines)] = Field(
        min_length=1, max_length=5_000, description="What is to be remembered", examples=["Перезвонить после отпуска, интересует группа."]
    )
    author_type: Author = Field("manager", description="Whose words they are", examples=["manager"])
    context: Annotated[objects.Plain, objects.CLEAN, objects.few(MOST_CONTEXT), objects.short(LONGEST_VALUE)] = Field(
        {}, description="What else belongs to it, by name; `kind` is `call` where it was one", examples=[{"kind": "call"}]
    )


class InteractionsQuery(Query):
    limit: int = Field(20, ge=1, le=200)
    cursor: Text = Field(None, max_length=600, description="Where the next page begins, as an earlier answer said")


class Interaction(Headed):
    id: str = Field(examples=["01KB1S3V6Z5T4Q9N8M7H2C1D0E"])
    kind: str = Field(description="What happened: a kind of fact, `lead_noted` for a note", examples=["message_received"])
    source: Literal["fact", "message", "note"] = Field(description="Where its words stand: with whom nothing was said, `fact`")
    at: str = Field(description="When it happened", examples=["2026-11-26T09:00:00Z"])
    actor: str = Field(description="Whose doing it was: client, office, staff#<id>, specialist, outside or system", examples=["staff#7"])
    who: str = Field(description="The same in the office's language", examples=["Ольга Ким"])
    what: str = Field(description="What happened, in the office's language", examples=["входящее сообщение"])
    direction: Literal["in", "out"] | None = Field(description="Of a message: to us, or from us")
    channel: str | None = Field(description="Of a message: how it came or left")
    message: str | None = Field(description="The words of a message or a note; null where none are kept")
    author_type: str | None = Field(description="Of a note: whose words they are")
    context: dict[str, Any] = Field(
        description="Of a note: what else belongs to it; of anything else what the fact says, sums in roubles and points"
    )
    ref: str = Field(description="What it happened to")


class Interactions(Answer):
    lead_id: int
    items: list[Interaction] = Field(description="Newest first")
    next_cursor: str | None


class ScoreRequest(Schema):
    force_rescore: bool = Field(False, description="Judge anew also where nothing is known to have changed")
    explain: bool = Field(True, description="With `reasoning` in words")


class LeadScoreRequest(ScoreRequest):
    lead_id: LeadNamed = Field(description="The lead's id, or his number (`br0722`)", examples=[722])


class Reason(Schema):
    code: str = Field(examples=["session_booked"])
    text: str = Field(description="In the caller's language, Russian or English", examples=["Записался на встречу"])
    points: int = Field(description="What is left of it by now; points of one `kind` sum up to its number", examples=[38])
    kind: Literal["fit", "engagement"]
    at: str | None = Field(description="When it happened")
    source: str = Field(description="card, lead, application, facts; rules: what a limit takes away", examples=["facts"])
    ref: str | None = Field(description="What it happened to; of `capped` and `floored` what is limited")
    quote: str | None = Field(description="The client's own words")
    count: int = Field(description="How many events it stands for")


class Model(Schema):
    source: Literal["rules", "learned"] = Field(description="Whose `win_probability` is; the score is the rules'")
    version: str
    reason: str | None = Field(None, description="Why there is no `win_probability`")


class Factors(Schema):
    fit: int
    engagement: int


class Scored(Answer, Headed):
    lead_id: int
    score: int | None = Field(description="0 to 100; null while too little is known", examples=[72])
    score_category: Literal["hot", "warm", "cold", "unknown"]
    reasoning: str | None = Field(description="The same in a few sentences")
    factors: Factors
    fit: int = Field(description="What is known of him, 0 to 100")
    engagement: int = Field(description="What he did, 0 to 100")
    reasons: list[Reason]
    counter_reasons: list[Reason]
    missing: list[str] = Field(description="What is worth asking", examples=[["company", "budget"]])
    win_probability: float | None = Field(description="That the deal is won within 90 days of its opening; null with `model.reason`")
    model: Model
    scored_at: str
    rescore_at: str = Field(description="When time alone makes another category of it, or when it is looked at anyway")
    explanation: str | None = Field(description="The same by a model, of claims that evidence holds")
    job: Job | None = Field(None, description="The model's explanation that is under way, or has failed; null: rules judge at once")

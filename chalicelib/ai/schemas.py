"""Jobs, models and what they cost, on the wire."""

from typing import Any, Literal

from pydantic import ConfigDict, Field

from chalicelib.ai.rules import Purpose, State
from chalicelib.core.listing import Numbered, Numbers
from chalicelib.core.schemas import Headed, Query, Schema

AT_WORK = 202


class Job(Schema):
    """Something that a model is asked for."""

    id: str = Field(examples=["01KB1S3V6Z5T4Q9N8M7H2C1D0E"])
    kind: str = Field(examples=["score_lead"])
    state: State = Field(description="insufficient_evidence: nothing that the model said is held by evidence")
    created_at: str
    finished_at: str | None
    error: str | None = Field(description="Why it has failed, as a code", examples=["over_budget"])


class JobShown(Headed, Job):
    model: str | None
    tokens_used: int
    result: dict[str, Any] | None = Field(description="What it found, once it is done")


class ModelShown(Schema):
    model_config = ConfigDict(serialize_by_alias=True)

    id: str
    name: str
    provider: str
    type: Literal["text", "speech"]
    available: bool
    reason: str | None = Field(description="Why it is not available", examples=["no_prices"])
    max_tokens: int | None
    input_price: float | None = Field(description="USD a million tokens")
    output_price: float | None
    purposes: list[Purpose] = Field(alias="for")


class ModelsQuery(Numbered):
    """Which part of the list."""


class Models(Numbers):
    items: list[ModelShown]


class UsageQuery(Query):
    user_id: int | None = Field(
        None, ge=0, le=10**12, description="Whose; everybody's without it, for who runs the house. 0 is the service key"
    )


class Budget(Schema):
    """In USD, for everybody together."""

    day: float
    month: float
    left_today: float
    left_month: float
    stopped: bool = Field(description="A job was refused today")


class Spent(Schema):
    tokens: int
    requests: int
    cost: float = Field(description="USD")


class SpentOnDay(Spent):
    day: str = Field(examples=["2026-11-26"])


class SpentOnModel(Spent):
    model: str


class SpentByUser(Spent):
    user_id: int


class Usage(Schema):
    user_id: int | None = Field(description="Whose it is; null: everybody's")
    tokens_used_today: int
    tokens_used_month: int
    requests_today: int
    requests_month: int
    cost_today: float = Field(description="USD")
    cost_month: float
    budget: Budget
    by_day: list[SpentOnDay]
    by_model: list[SpentOnModel]
    by_user: list[SpentByUser] = Field(description="Of everybody's alone, for who runs the house")

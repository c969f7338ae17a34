"""What a survey asks and tells, to the letter of what the site reads."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictInt, StrictStr

from chalicelib.core.schemas import Answer, Query, Schema, Seen, Text

Coins = Annotated[int, Field(ge=-1000, le=1000)]
Words = Annotated[str, Field(max_length=5000)]


class StepItem(Schema):
    """One answer that may be picked, and what it counts."""

    title: Annotated[str, Seen] = Field(min_length=1, max_length=1000)
    coins: Coins


class Step(Schema):
    """One question."""

    step_id: StrictInt | Annotated[StrictStr, Field(min_length=1, max_length=60)]
    step_name: Annotated[str, Seen] = Field(min_length=1, max_length=1000)
    step_description: Words = ""
    step_type: Literal["single", "multiple"]
    step_items: list[StepItem] = Field(min_length=1, max_length=50)


class Result(Schema):
    """What is told to whoever has this many coins, or more, but fewer than the next result asks."""

    model_config = ConfigDict(serialize_by_alias=True)

    least: Annotated[int, Field(ge=-100_000, le=100_000)] = Field(alias="from")
    description: Words


class SurveyBody(Schema):
    """A survey as the site reads it."""

    title: Annotated[str, Seen] = Field(min_length=1, max_length=300)
    description: Words = ""
    content: list[Step] = Field(min_length=1, max_length=100)
    results: list[Result] = Field([], max_length=100, description="By `from`, least first")


class SurveyQuery(Query):
    slug: str = Field(min_length=1, max_length=100, examples=["trevoga"])


class Filled(Answer):
    is_filled: bool = Field(
        description="Whether this visitor's tracker of a form called as the slug has reached its end; answers stay in the browser"
    )


class SurveysQuery(Query):
    limit: int = Field(100, ge=1, le=200)
    cursor: Text = Field(None, description="Where the last page ended")


class SurveyRow(Schema):
    """A survey without what it asks."""

    slug: str
    title: str
    version: int = Field(description="Grows with each change")
    by: str = Field(description="Who changed it last")
    created_at: str
    updated_at: str
    archived_at: str | None


class SurveyCard(SurveyRow):
    survey: SurveyBody


class SurveyAnswer(Answer):
    survey: SurveyCard


class SurveysAnswer(Answer):
    surveys: list[SurveyRow]
    next_cursor: str | None = None

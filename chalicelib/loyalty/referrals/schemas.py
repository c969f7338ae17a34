"""The programme as panels set and show it."""

from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field, field_validator, model_validator

from chalicelib.core.amounts import MOST_RUB, Pct, PctOut, Pts, PtsOut
from chalicelib.core.schemas import Query, Schema, Text, Whole
from chalicelib.core.synonyms import Names, Synonymous
from chalicelib.loyalty.referrals.config import GENERATIONS, Unit

WHOLE = 10_000
"""A hundred percent, in hundredths of one."""


class RuleSaid(Synonymous):
    ALSO: ClassVar[Names] = {"reward_percent": ("percent",)}

    generation: int = Field(ge=1, le=GENERATIONS)
    reward_percent: Pct
    is_enabled: bool = True


class ConfigSaid(Synonymous):
    """The whole programme: a generation that is not named is off, and so is one that lies deeper than `max_generations`."""

    ALSO: ClassVar[Names] = {"reward_unit": ("reward_type",), "max_generations": ("generations_depth",), "generation_rules": ("levels",)}

    is_active: Annotated[bool, BeforeValidator(lambda said: True if said is None else said)] = True
    reward_unit: Unit
    base_reward_value: Pts | None = Field(None, description=f"What a preview reckons with, to {MOST_RUB}; 100 by default")
    max_generations: int = Field(ge=1, le=GENERATIONS)
    generation_rules: list[RuleSaid] = Field(min_length=1, max_length=GENERATIONS)
    force: bool = Field(False, description="Save it though more is promised than is earned; needs a reason")
    reason: Text = Field(None, max_length=500)

    @field_validator("generation_rules")
    @classmethod
    def _each_once(cls, said: list[RuleSaid]) -> list[RuleSaid]:
        if len({rule.generation for rule in said}) != len(said):
            raise ValueError("expected each generation once")
        return said

    @model_validator(mode="after")
    def _promises_what_there_is(self) -> "ConfigSaid":
        if (
            sum(rule.reward_percent for rule in self.generation_rules if rule.is_enabled and rule.generation <= self.max_generations)
            > WHOLE
        ):
            raise ValueError("expected at most 100 percent in all generations together")
        return self


class RuleShown(Schema):
    generation: int
    reward_percent: PctOut
    is_enabled: bool


class ConfigShown(Schema):
    is_active: bool
    reward_unit: Unit
    base_reward_value: PtsOut
    max_generations: int
    generation_rules: list[RuleShown]
    warnings: list[str] = Field(description="What the owner should know; empty where there is nothing")
    promised_percent: PctOut = Field(description="The highest level and all generations together")
    margin_percent: PctOut | None = Field(description="What is earned on what is sold; null where that is not known")


class Programme(Schema):
    code: str
    title: str
    description: str
    route: str
    enabled: bool


class Programmes(Schema):
    items: list[Programme]


class InfoQuery(Query):
    client_id: Whole = Field(None, ge=1, description="Without it the tiers alone")


class Tier(Schema):
    generation: int
    generation_label: str
    reward_percent: PctOut
    reward_value: PtsOut
    reward_unit: Unit


class Brought(Schema):
    generation: int
    percent: PctOut
    referred_count: int
    accrued: PtsOut = Field(description="In the programme's unit, less what was taken back")


class ClientInfo(Schema):
    is_active: bool
    reward_unit: Unit
    reward_type: Unit = Field(description="The same as reward_unit")
    max_generations: int
    tiers: list[Tier]
    client_id: int | None
    generations: list[Brought]
    total_accrued: PtsOut

"""The models that the settings name, and which of them may be asked for what."""

import json
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import Field, ValidationError

from chalicelib.ai.rules import Prices, Purpose
from chalicelib.core.schemas import Schema
from chalicelib.core.settings import settings

RULES = "rules"
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
Price = Annotated[Decimal, Field(ge=0, le=10**6)]


class Model(Schema):
    """A model as the settings describe it."""

    id: str = Field(min_length=1, max_length=200)
    name: str | None = None
    provider: Literal["bedrock", "openai"]
    input_price: Price | None = None
    output_price: Price | None = None
    max_tokens: int = Field(800, ge=1, le=100_000)
    purposes: list[Purpose] = Field(default=[*PURPOSES], alias="for")

    @property
    def prices(self) -> Prices:
        """Its prices; who has none is never asked."""
        return Prices(self.input_price or Decimal(0), self.output_price or Decimal(0))

    @property
    def hindrance(self) -> str | None:
        """Why it is not asked; None for one that is."""
        config = settings()
        if self.input_price is None or self.output_price is None:
            return "no_prices"
        if config.ai_provider != self.provider:
            return "another_provider"
        return "no_address" if self.provider == "openai" and not config.ai_url else None


class Known(NamedTuple):
    """What the settings say: models, and whether they could be read."""

    models: list[Model]
    is_read: bool = True


def known() -> Known:
    """The models of the settings. What cannot be read is none: the rules answer then."""
    text = settings().ai_models
    if not text:
        return Known([])
    try:
        said: Any = json.loads(text, parse_float=Decimal)
        return Known([Model.model_validate(one) for one in said])
    except (ValueError, TypeError, ValidationError, RecursionError):
        return Known([], is_read=False)


def best(purpose: Purpose) -> Model | None:
    """The first model that may be asked for this; None where rules are all there is."""
    return next((one for one in known().models if purpose in one.purposes and one.hindrance is None), None)

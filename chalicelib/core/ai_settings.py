"""The settings of language models."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, SecretStr

from chalicelib.core.sales_settings import SalesSettings


class AiSettings(SalesSettings):
    """Part of `Settings`."""

    ai_provider: Literal["none", "bedrock", "openai"] = Field(
        "none",
        description="Whose language models word what the rules found: Amazon Bedrock, or any API of OpenAI's kind; none: the rules alone",
    )
    ai_url: str | None = Field(
        None, description="Base address of the models' API, `https://models.example/v1`; of Bedrock the region's own where none is set"
    )
    ai_key: SecretStr | None = Field(None, description="The key of an API of OpenAI's kind; Bedrock is asked by the function's own role")
    ai_models: str | None = Field(
        None,
        description='The models as JSON: `[{"id": "…", "name": "…", "provider": "openai", "input_price": 0.5, "output_price": 1.5, '
        '"max_tokens": 800, "for": ["score", "email"]}]`, prices in USD a million tokens; a model without prices is not asked',
    )
    ai_budget_day: Decimal = Field(Decimal(5), ge=0, le=10**6, description="USD that models may cost on one day of the business")
    ai_budget_month: Decimal = Field(Decimal(50), ge=0, le=10**6, description="The same for a month")
    ai_sees: Literal["masked", "nothing"] = Field(
        "masked", description="What a model reads of people's own words: all, names and contacts masked; or nothing"
    )

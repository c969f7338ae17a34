"""The settings of sales."""

from pydantic import Field

from chalicelib.core.channel_settings import ChannelSettings


class SalesSettings(ChannelSettings):
    """Part of `Settings`."""

    sales_profile: str | None = Field(
        None,
        description='Whom sales looks for, as JSON: `{"industry": ["it"], "company_size": ["1-10"], "lowest_price": 2000}`, the price in '
        "roubles; without it no lead is judged by these",
    )

"""The settings of sales."""

from typing import Literal

from pydantic import Field

from chalicelib.core.channel_settings import ChannelSettings


class SalesSettings(ChannelSettings):
    """Part of `Settings`."""

    sales_profile: str | None = Field(
        None,
        description='Whom sales looks for, as JSON: `{"industry": ["it"], "company_size": ["1-10"], "lowest_price": 2000}`, the price in '
        "roubles; without it no lead is judged by these",
    )
    sales_assign: Literal["none", "fewest_open"] = Field(
        "none", description="Whose a new lead is where nobody says: nobody's, or the manager's who has the fewest open ones"
    )
    sales_sees_all: bool = Field(False, description="Managers see each other's leads too")
    sales_currency: str = Field("RUB", description="The currency of deals: three capital letters")
    sales_answer_minutes: int = Field(
        15, ge=1, le=10_080, description="After how many minutes without a first answer of ours the admin is told of a lead"
    )
    sales_hours: str | None = Field(
        None, description="When sales works, on the business's clock: `1-5 09:00-19:00`, days from Monday; without it, round the clock"
    )

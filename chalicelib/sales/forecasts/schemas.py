"""What the doors of forecasts ask and answer."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from typing_extensions import TypedDict

from chalicelib.analytics.counts.periods import Kind
from chalicelib.core.amounts import Money, MoneyOut
from chalicelib.core.lines import in_lines
from chalicelib.core.listing import Day, Numbered, Numbers
from chalicelib.core.schemas import Headed, Query, Schema, Whole, blank_is_none, rounded

Status = Literal["draft", "submitted", "closed"]
Column = Literal["closed", "commit", "likely", "best", "pipeline", "omitted"]
Blank = BeforeValidator(blank_is_none)
Notes = Annotated[Annotated[str, Field(max_length=1_000)] | None, Blank, AfterValidator(in_lines)]
Count = Annotated[int, Field(ge=0, le=10**9)]
Owner = Annotated[Annotated[int, Field(ge=1, description="Whose deals alone; absent: everybody's")] | None, Blank]
PREDICTED: Final = ("predicted_revenue", "predicted_deals", "predicted_leads")
ACTUAL: Final = ("actual_revenue", "actual_deals", "actual_leads")


class Asked(Schema):
    """Of what to generate a forecast; the same may stand in the query."""

    period_type: Annotated[Kind | None, Blank] = None
    period_start: Annotated[Day | None, Blank] = Field(None, description="The period's first day; by default that of the one which is on")
    assigned_to: Owner = None


class AskedQuery(Query):
    """The same where the body says nothing of it."""

    period_type: Kind | None = None
    period_start: Day | None = None
    assigned_to: int | None = Field(None, ge=1)


class ColumnSaid(Schema):
    amount: Money = 0
    count: Count = 0


Columns = dict[Column, ColumnSaid]


class NewForecast(Schema):
    """A forecast by hand."""

    period_type: Kind
    period_start: Day
    period_end: Day = Field(description="The last day; after the first one")
    assigned_to: Owner = None
    predicted_revenue: Money = Field(description="In units of the currency", examples=[450000])
    predicted_deals: Count = 0
    predicted_leads: Count = 0
    categories: Columns = {}
    confidence_level: Annotated[Annotated[float, Field(ge=0, le=1)] | None, Blank, rounded(6)] = None
    notes: Notes = None

    @model_validator(mode="after")
    def _spans_days(self) -> "NewForecast":
        if self.period_start >= self.period_end:
            raise ValueError("expected period_start before period_end")
        return self


class ForecastChange(Schema):
    """What is absent stays. A change of what is predicted says why in `note`."""

    predicted_revenue: Annotated[Money | None, Blank] = None
    predicted_deals: Annotated[Count | None, Blank] = None
    predicted_leads: Annotated[Count | None, Blank] = None
    categories: Columns | None = Field(None, description="Those that are to be another; the others stay")
    note: Notes = Field(None, description="Why something is predicted otherwise")
    status: Annotated[Literal["draft", "submitted"] | None, Blank] = Field(None, description="It is closed by itself, after the period")
    actual_revenue: Annotated[Money | None, Blank] = Field(None, description="By hand; what is not said is counted once the period is over")
    actual_deals: Annotated[Count | None, Blank] = None
    actual_leads: Annotated[Count | None, Blank] = None
    notes: Notes = None
    version: Whole = Field(None, description="The version that was read: another one now is refused")


class ForecastsQuery(Numbered):
    """Filters that are all true of each forecast; days are those on which periods begin."""

    search: str | None = Field(None, min_length=2, max_length=100, description="In the notes")
    status: Status | None = None
    period_type: Kind | None = None
    assigned_to: int | None = Field(None, ge=0, description="Whose; 0: everybody's together. A manager has his own alone")
    order_by: Literal["period_start", "created_at"] = "period_start"


class ColumnShown(Schema):
    amount: MoneyOut
    count: int


class Interval(Schema):
    low: MoneyOut
    high: MoneyOut
    level: float = Field(description="How many of a hundred outcomes lie between, of 1", examples=[0.8])


class Computed(Schema):
    """What was worked out, which nobody changes."""

    predicted_revenue: MoneyOut
    predicted_deals: int
    predicted_leads: int
    expected_deals: float
    categories: dict[Column, ColumnShown]
    interval: Interval


class StageShown(ColumnShown):
    probability: float


class NewBusiness(Schema):
    periods: int = Field(description="How many of the last six it is learned from")
    mean: MoneyOut = Field(description="What was opened and won within one of them")
    most: MoneyOut
    left: float = Field(description="How much of the period is left, of 1")
    expected: MoneyOut


class Inputs(Schema):
    as_of: str | None = Field(description="Until when everything is surely counted")
    open_deals: int
    sum: MoneyOut
    by_stage: dict[str, StageShown]
    closed: ColumnShown = Field(description="Won in the period so far")
    leads: int = Field(description="Opened in the period so far")
    omitted: ColumnShown = Field(description="Open deals of the period that are put aside: new ones, and those put there by hand")
    overdue: ColumnShown = Field(description="Open deals whose day has passed, in the last 366 days")
    no_date: ColumnShown = Field(description="Open deals without a day on which they are expected to close")
    no_amount: int = Field(description="Deals that count as nothing, for nobody has said what they are worth")
    new_business: NewBusiness | None = Field(description="Null where fewer than three periods are known")


class ManagerPart(Schema):
    assigned_to: int | None = Field(description="Null: nobody's")
    predicted_revenue: MoneyOut = Field(description="Of his deals; new business is nobody's yet")
    closed: MoneyOut
    open_deals: int
    sum: MoneyOut


Adjustment = TypedDict("Adjustment", {"field": str, "from": Any, "to": Any, "note": str, "by": str, "at": str})
Step = TypedDict("Step", {"from": str, "to": str, "by": str, "at": str})


class ForecastShown(Headed):
    id: int
    period_type: Kind
    period_start: date
    period_end: date
    assigned_to: int | None = Field(description="Null: everybody's deals")
    predicted_revenue: MoneyOut
    predicted_deals: int
    predicted_leads: int
    expected_deals: float | None
    categories: dict[Column, ColumnShown] = Field(description="Every deal is in one of them")
    interval: Interval | None
    confidence_level: float | None
    computed: Computed | None = Field(description="Null of a forecast by hand")
    adjustments: list[Adjustment]
    status: Status
    history: list[Step]
    method: Literal["stages", "manual"]
    model_name: str | None
    model_version: str | None
    model_parameters: dict[str, Any] | None = Field(description="Each stage's chance, and the ends of deals that it was learned from")
    inputs: Inputs | None
    manager_breakdown: list[ManagerPart] | None
    product_breakdown: None = Field(None, description="No deal says of which product it is")
    actual_revenue: MoneyOut | None
    actual_deals: int | None
    actual_leads: int | None
    actual_source: Literal["counts", "manual"] | None
    accuracy_score: float | None = Field(description="1 − |actual − predicted| / the larger of them")
    inside_interval: bool | None
    notes: str | None
    created_by: int
    created_at: str
    updated_at: str | None
    version: int


class Forecasts(Numbers):
    items: list[ForecastShown]

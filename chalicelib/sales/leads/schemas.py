"""A lead as callers write, list and show him."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, field_validator, model_validator

from chalicelib.core import arguments, digits, objects, web
from chalicelib.core.amounts import Money, MoneyOut
from chalicelib.core.lines import in_lines, in_one_line
from chalicelib.core.listing import Numbered, Numbers
from chalicelib.core.patterns import pattern
from chalicelib.core.schemas import Headed, Moment, Schema, Seen, Text, Warned, Whole, blank_is_none
from chalicelib.sales.leads.rules import Category, Outcome, ScoreCategory, Source, StageName, Status

_NUMBER = pattern(r"(?:br)?0*([1-9][0-9]{0,9})")


class LeadId(int):
    """A lead by his id, or by his number as people write it: `722` and `br0722` are one."""


def _lead_id(said: Any) -> Any:
    found = _NUMBER.fullmatch(said.strip().casefold()) if isinstance(said, str) and said.isascii() else None
    if found is None:
        raise ValueError("expected a lead's id or number, for example 722 or br0722")
    return found[1]


def lead_named(said: Any) -> Any:
    """A lead's id in a body or a query, also as people write his number (`BR722`). Raises ValueError for a text that is neither."""
    if isinstance(said, bool):  # Python would take it for 1
        raise ValueError("expected a lead's id or number")
    said = said.strip().lower().removeprefix("br") if isinstance(said, str) else said
    if isinstance(said, str) and not digits.is_whole(said):
        raise ValueError("expected a lead's id or number")
    return said


LeadNamed = Annotated[int, Field(ge=1, le=10**12), BeforeValidator(lead_named)]

arguments.KINDS[LeadId] = TypeAdapter(
    Annotated[int, BeforeValidator(_lead_id, json_schema_input_type=str), Field(description="The id, or the number that begins with br")]
)

MOST_TAGS, LONGEST_TAG, MOST_FIELDS = 30, 50, 50
Tag = Annotated[str, Field(min_length=1, max_length=LONGEST_TAG), Seen, AfterValidator(in_one_line)]


def _bare(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _listed(value: Any) -> Any:
    return [] if value is None or value == "" else [value] if isinstance(value, str) else value


Fields = Annotated[objects.Plain | None, objects.TOLD, objects.CLEAN, objects.few(MOST_FIELDS), objects.FITTING]
Data = Annotated[objects.Data | None, objects.TOLD, objects.CLEAN, objects.FITTING]
Blank = BeforeValidator(blank_is_none)


LINES = (
    *("name", "company", "position", "website", "address", "city", "state", "country", "postal_code", "industry", "company_size"),
    "lost_reason",
)


class LeadChange(Schema):
    """What is said of a lead: absent stays as it is, null clears."""

    name: Text = Field(None, max_length=255, examples=["Анна Ким"])
    phone: Text = Field(None, max_length=60, examples=["+7 904 550-15-67"])
    email: Text = Field(None, max_length=254)
    telegram: Text = Field(None, max_length=128, description="The @name at Telegram")
    company: Text = Field(None, max_length=255)
    position: Text = Field(None, max_length=255)
    website: Text = Field(None, max_length=500, description="An address that begins with http:// or https://")
    address: Text = Field(None, max_length=500)
    city: Text = Field(None, max_length=255)
    state: Text = Field(None, max_length=255)
    country: Text = Field(None, max_length=255)
    postal_code: Text = Field(None, max_length=20)
    industry: Text = Field(None, max_length=255)
    company_size: Text = Field(None, max_length=50)
    annual_revenue: Annotated[Money | None, Blank] = Field(None, description="In units of the currency")
    source: Annotated[Source | None, Blank] = None
    source_data: Data = None
    tags: Annotated[list[Tag], BeforeValidator(_listed), Field(max_length=MOST_TAGS)] = []
    custom_fields: Fields = Field(None, description="At most 50 plain values, 8 KB together")
    notes: Text = Field(None, max_length=5_000)
    status: Annotated[Status | None, Blank] = Field(None, description="Alone it sets a stage: new, contacted or done")
    stage: Annotated[StageName | None, Blank] = Field(
        None, description="Sets the status; an open one begins another deal where one is over"
    )
    outcome: Annotated[Outcome | None, Blank] = Field(None, description="Sets the stage of the same name")
    lost_reason: Text = Field(None, max_length=255)
    amount: Annotated[Money | None, Blank] = Field(None, description="What the deal is worth, in units of its currency")
    currency: Text = Field(None, max_length=3, description="`SALES_CURRENCY`, and no other")
    expected_close: Annotated[date | None, Blank] = Field(None, ge=date(2000, 1, 1), le=date(2999, 12, 31))
    forecast_category: Annotated[Category | None, Blank] = Field(None, description="By hand; null has it follow from the stage")
    assigned_to: Whole = Field(None, ge=1, description="An active manager, operator, admin or owner; null is nobody")
    next_follow_up: Moment = Field(None, le=datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC))

    NEVER_NULL: ClassVar[tuple[str, ...]] = ("name", "source", "stage", "status")

    @field_validator(*LINES)
    @classmethod
    def _is_one_line(cls, said: str | None) -> str | None:
        return in_one_line(said)

    @field_validator("currency")
    @classmethod
    def _is_a_code(cls, said: str | None) -> str | None:
        return said and said.upper()

    @field_validator("notes")
    @classmethod
    def _is_text(cls, said: str | None) -> str | None:
        return in_lines(said)

    @field_validator("website")
    @classmethod
    def _is_an_address(cls, said: str | None) -> str | None:
        return None if said is None else web.address(said)

    @model_validator(mode="after")
    def _is_said(self) -> "LeadChange":
        empty = next((name for name in self.NEVER_NULL if name in self.model_fields_set and getattr(self, name) is None), None)
        if empty:
            raise ValueError(f"expected {empty} to be absent or to say something")
        return self


class LeadPatch(LeadChange):
    """A change of a lead who is there."""

    version: Whole = Field(None, description="The version that was read: another one now is refused")
    score: Whole = Field(None, description="Computed: taken as it is, refused otherwise")
    score_category: Annotated[ScoreCategory | None, Blank] = Field(None, description="Computed: taken as it is, refused otherwise")


class NewLead(LeadChange):
    name: Annotated[str, BeforeValidator(_bare), Seen, AfterValidator(in_one_line)] = Field(
        min_length=1, max_length=255, examples=["Анна Ким"]
    )
    source: Source = "other"


class LeadsQuery(Numbered):
    search: str | None = Field(
        None,
        min_length=2,
        max_length=100,
        description="Beginnings of words of name, company and e-mail, at most 5; `@firm.example` is its domain",
    )
    status: Status | Outcome | None = None
    stage: StageName | None = None
    source: Source | None = None
    assigned_to: int | None = Field(None, ge=0, description="Whose; 0 is nobody's. A manager's colleague has none that he sees")
    score_category: ScoreCategory | None = None
    order_by: Literal["created_at", "opened_at", "score", "updated_at", "next_follow_up"] = Field(
        "created_at", description="Whoever has none comes last. Of moments but created_at 5,000 leads are looked through at most"
    )

    @model_validator(mode="after")
    def _few_words(self) -> "LeadsQuery":
        if self.search and len(self.search.split()) > 5:
            raise ValueError("expected at most 5 words in search")
        return self


class Assignee(Schema):
    id: int
    full_name: str | None


class LeadShown(Headed):
    id: int
    lead_number: str
    name: str | None
    phone: str | None
    email: str | None
    telegram: str | None
    company: str | None
    position: str | None
    website: str | None
    address: str | None
    city: str | None
    state: str | None
    country: str | None
    postal_code: str | None
    industry: str | None
    company_size: str | None
    annual_revenue: MoneyOut | None
    source: str
    source_data: dict[str, Any] | None
    tags: list[str]
    custom_fields: dict[str, Any] | None
    notes: str | None
    status: Status
    stage: StageName
    outcome: Outcome | None
    lost_reason: str | None
    amount: MoneyOut | None
    currency: str | None
    expected_close: str | None
    forecast_category: Category
    deal_no: int
    score: int | None
    score_category: ScoreCategory
    scored_at: str | None
    assigned_to: int | None
    assigned_to_user: Assignee | None
    crm_id: str | None
    crm_type: str | None
    created_at: str = Field(description="When the person got his number")
    opened_at: str = Field(description="When this deal was opened")
    updated_at: str
    last_contacted: str | None
    first_response_at: str | None
    next_follow_up: str | None
    version: int


class LeadCard(LeadShown, Warned):
    """A lead as he is shown alone."""

    phone_proven: bool | None = Field(description="Whether the phone is known to be his; null without one")
    email_proven: bool | None = Field(description="The same of the e-mail")
    score_detail: dict[str, Any] | None = Field(description="Why the score is what it is")


class LeadWhole(LeadCard):
    """The same with what was last written to him, and what is to be done."""

    last_messages: list[dict[str, Any]] = Field(description="The newest five")
    open_tasks: list[dict[str, Any]] = Field(description="The next five")


class Leads(Numbers):
    items: list[LeadShown]

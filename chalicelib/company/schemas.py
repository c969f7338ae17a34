"""What the house's own lists take and show."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, RootModel

from chalicelib.core import digits, lines
from chalicelib.core.amounts import Rub, RubOut
from chalicelib.core.lines import in_lines, in_one_line
from chalicelib.core.paging import PageNumbers
from chalicelib.core.schemas import Schema
from chalicelib.core.stamps import StampOut
from chalicelib.core.synonyms import Names, Synonymous, SynonymousQuery


def _worded(value: Any) -> Any:
    """A text without what stands around it; a number as its digits, nothing as an empty text."""
    if value is None:
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return digits.typed(value)
    return ("" if lines.is_blank(value) else value.strip()) if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_worded), AfterValidator(in_lines)]
"""A text that is empty where nothing is said."""

Line = Annotated[Words, AfterValidator(in_one_line)]
"""The same in one line."""

Name = Annotated[Line, Field(min_length=1, max_length=100)]


def _located(value: Any) -> Any:
    return "point" if value == "outlet" else value


LocationType = Annotated[Literal["warehouse", "store", "point"], BeforeValidator(_located)]


class LocationsQuery(SynonymousQuery):
    ALSO: ClassVar[Names] = {"location_type": ("type",)}

    location_type: LocationType | None = None
    include_archived: bool = Field(False, description="Closed ones too")


class NewLocation(Synonymous):
    ALSO: ClassVar[Names] = {"location_type": ("type",)}

    name: Name
    location_type: LocationType = "warehouse"
    address: Annotated[Words, Field(max_length=400)] = ""
    is_active: bool = True


class Location(Schema):
    """Where goods lie."""

    id: int
    name: str
    location_type: str
    address: str
    is_active: bool
    created_at: StampOut
    updated_at: StampOut


class Locations(RootModel[list[Location]]):
    """Locations in the order of their numbers."""


class NewChannel(Schema):
    name: Annotated[Line, Field(min_length=1, max_length=200)]
    channel_type: Annotated[Line, Field(max_length=32)] = ""
    promo_code: Annotated[Line, Field(max_length=64, description="One channel's alone")] = ""
    cost_rub: Rub | None = Field(None, description="What it costs a month")
    is_active: bool = True


class TrafficChannel(Schema):
    """Where clients come from, and what came of those who did."""

    id: int
    name: str
    channel_type: str
    promo_code: str
    cost_rub: RubOut | None = Field(description="A month; null where nobody said")
    is_active: bool
    clients_count: int
    buyers_count: int
    revenue_rub: RubOut = Field(description="Net cash of its clients")
    created_at: StampOut


class TrafficChannels(PageNumbers):
    items: list[TrafficChannel]

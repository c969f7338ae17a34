"""Lists by number: which rows are asked for, and the shape that they are answered in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from chalicelib.core.errors import WrongField
from chalicelib.core.schemas import Query, Schema

SHOWN, MOST = 20, 200

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2999, 12, 31))]
"""A day that a list may begin or end with: beyond these the calendar's own arithmetic ends."""


def in_order(first: date | None, last: date | None) -> None:
    """Raises WrongField for a span that ends before it begins."""
    if first and last and first > last:
        raise WrongField("date_to", "expected date_from not after date_to")


class Numbered(Query):
    """Which part of a list: by `skip` and `limit`, or by `page` and `size`; and over which days of the business."""

    skip: int | None = Field(None, ge=0, description="How many to pass over; 0 by default")
    limit: int | None = Field(None, ge=1, le=MOST, description=f"How many to show; {SHOWN} by default")
    page: int | None = Field(None, ge=1, description="Instead of `skip`: which page, from 1")
    size: int | None = Field(None, ge=1, le=MOST, description="Instead of `limit`: how many a page")
    sort: Literal["asc", "desc"] = "desc"
    date_from: Day | None = Field(None, description="The first day of the business that counts")
    date_to: Day | None = Field(None, description="The last day that counts")

    @model_validator(mode="after")
    def _says_one_thing(self) -> "Numbered":
        by_rows, by_pages = (self.skip, self.limit) != (None, None), (self.page, self.size) != (None, None)
        if by_rows and by_pages:
            raise ValueError("expected skip and limit, or page and size, not both")
        in_order(self.date_from, self.date_to)
        return self

    @property
    def most(self) -> int:
        """How many are shown."""
        return self.limit or self.size or SHOWN

    @property
    def passed_over(self) -> int:
        """How many come before them."""
        return ((self.page or 1) - 1) * self.most if self.skip is None else self.skip

    def numbers(self, total: int) -> dict[str, int]:
        """What is said beside a page of so many."""
        return {"total": total, "page": self.passed_over // self.most + 1, "size": self.most, "pages": -(-total // self.most)}

    def includes(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether a moment is on one of the days."""
        day = moment.astimezone(zone).date()
        return (self.date_from is None or day >= self.date_from) and (self.date_to is None or day <= self.date_to)


class Numbers(Schema):
    """What a list says beside its `items`."""

    total: int = Field(description="How many there are in all")
    page: int
    size: int
    pages: int
    total_is_exact: bool = True


def part(rows: Sequence[Any], query: Numbered) -> tuple[list[Any], dict[str, int]]:
    """The rows that are asked for among all, and the numbers beside them."""
    skip = query.passed_over
    return [*rows[skip : skip + query.most]], query.numbers(len(rows))

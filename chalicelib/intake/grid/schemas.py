"""What the site asks for its grid and reads of it. Names are the site's own; what it sends beside is ignored."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, RootModel, model_validator
from pydantic.json_schema import SkipJsonSchema
from typing_extensions import TypedDict

from chalicelib.core.patterns import pattern
from chalicelib.core.schemas import Schema, Text
from chalicelib.intake.grid import rules

_ISO = pattern(r"(\d{4}-\d{2}-\d{2})(?:$|[T\s].*)")


def _day(value: Any) -> Any:
    """A day, also of a date and time, as scripts print it; blank is none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    found = _ISO.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        day = date.fromisoformat(found.group(1)) if found else None
    except ValueError:
        day = None
    if day is None or not 2000 <= day.year <= 2999:
        raise ValueError("expected a date as YYYY-MM-DD")
    return day


def _offset(value: Any) -> Any:
    return 0 if value is None or value == "" else rules.offset(value)


def _name(value: Any) -> Any:
    """Whom the site narrows to; anything but a text is no name."""
    value = value[0] if isinstance(value, list) and value else value
    return value[:200] if isinstance(value, str) else None


Day = Annotated[date | None, BeforeValidator(_day)]
Offset = Annotated[float, BeforeValidator(_offset)]
Name = Annotated[Text, BeforeValidator(_name)]


class Criteria(Schema):
    """A form as far as it is filled: `said` is all of it, for ranking reads it as it reads an application."""

    said: SkipJsonSchema[dict[str, Any]] = {}

    @model_validator(mode="before")
    @classmethod
    def _keep_all(cls, raw: Any) -> Any:
        return {**raw, "said": dict(raw)} if isinstance(raw, Mapping) else raw


class Ask(Criteria):
    model_config = ConfigDict(populate_by_name=False)  # whatever else the site calls "start" or "offset" is none of these

    start: Day = Field(None, alias="startDate", description="The visitor's own day; today where it is missing", examples=["2026-12-01"])
    end: Day = Field(None, alias="endDate", description="The last day shown; 62 days are at most")
    only: Name = Field(None, alias="show_only_psy", description="Narrows to one, by name or id")
    utm_psy: Name = Field(None, description="The same")
    offset: Offset = Field(0, alias="userTimeOffsetMsk", description="Hours from Moscow, -15 to 14")

    @model_validator(mode="after")
    def _in_order(self) -> "Ask":
        if self.start is not None and self.end is not None and self.end < self.start:
            raise ValueError("endDate must not be before startDate")
        return self


Row = TypedDict(
    "Row",
    {
        "id": str,
        "psychologist": str,
        "date": str,
        "time": str,
        "state": str,
        "ticket": None,
        "client_id": None,
        "meeting_link": None,
        "meeting_id": None,
        "calendar_meeting_id": None,
        "confirmed": None,
        "auto_assigned": None,
        "auto_canceled": None,
        "is_helpful_hand": None,
        "Дата Локальная": str,
        "Время Локальное": str,
    },
)
"""A free slot as the old database's row; date and time are Moscow's, the local ones the visitor's. What a client would fill is null."""

NOBODYS: dict[str, Any] = {name: None for name, kind in Row.__annotations__.items() if kind is None or kind is type(None)}
"""The columns that a client fills: nobody's data is ever in them."""


class GridDay(Schema):
    date: str = Field(description="YYYY-MM-DD, the visitor's")
    pretty_date: str = Field(examples=["01.12"])
    day_name: str = Field(examples=["вторник"])
    slots: dict[str, list[Row]] = Field(description="By the visitor's hour, 00:00 to 23:00; empty ones stand")


class GridPage(Schema):
    items: list[GridDay]
    name_order: list[str] = Field(description="Who fits best, first")


class Grid(RootModel[list[GridPage]]):
    """One page, in a list."""


Introduced = TypedDict(
    "Introduced",
    {"Имя": str, "Ссылка на фото психолога": str | None, "Ссылка на видеовизитку": str | None, "Краткое описание": str | None},
)


class Filtered(Schema):
    filteredPsychologists: list[Introduced]


class FilteredAnswer(RootModel[list[Filtered]]):
    """One list, in a list."""

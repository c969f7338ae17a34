"""Moments and days as panels say them: unix seconds or ISO 8601, a day of the business or any moment of it; shown as unix seconds."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from chalicelib.core import clock, facts
from chalicelib.core.errors import WrongField
from chalicelib.core.schemas import Query
from chalicelib.core.settings import settings

LONGEST: Final = 731
"""Days that a list or a figure may span."""

_FIRST, _LAST = 1900, 2999
_MOMENT = "expected unix seconds, or a date and time as ISO 8601 has them, for example 2026-03-12T10:00:00+03:00"
_DAY = "expected a day, for example 2026-03-12, or unix seconds"


def _seconds(value: Any) -> float | None:
    """The seconds that a number, or a text of digits, says; None for anything else: a text of eight digits is a day, not one of 1970."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    digits = isinstance(value, str) and value.isascii() and value.strip().removeprefix("-").isdigit()
    return int(value) if digits and len(value) < 20 and len(value.strip()) != len("20260312") else None


def _read(value: Any, expected: str) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    try:
        seconds = _seconds(value)
        read = datetime.fromisoformat(value.strip()) if seconds is None else datetime.fromtimestamp(seconds, UTC)
        moment = (read if read.tzinfo else read.replace(tzinfo=settings().zone)).astimezone(UTC)
    except (AttributeError, TypeError, ValueError, OverflowError, OSError):
        raise ValueError(expected) from None
    if not _FIRST <= moment.year <= _LAST:
        raise ValueError(expected)
    return moment


def _moment(value: Any) -> datetime:
    return _read(value, _MOMENT)


def _day(value: Any) -> date:
    """A day as it is said; seconds become the business's day that holds them."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    return date.fromisoformat(facts.day_of(_read(value, _DAY)))


def _absent(value: Any) -> Any:
    return None if isinstance(value, str) and value.strip() in ("", "null") else value


Stamp = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema(
        {"type": ["integer", "string"], "description": "Unix seconds, or ISO 8601; without an offset it is the business zone's"}
    ),
]
"""A moment of a payload, aware, in UTC."""

StampOut = Annotated[
    datetime,
    PlainSerializer(lambda at: int(at.timestamp()), return_type=int),
    WithJsonSchema({"type": "integer", "description": "Unix seconds"}),
]
"""A moment of an answer."""

Day = Annotated[
    date,
    BeforeValidator(_day),
    WithJsonSchema({"type": ["string", "integer"], "description": "A day of the business, YYYY-MM-DD, or unix seconds within it"}),
]
"""A day of a payload."""

OptionalDay = Annotated[Day | None, BeforeValidator(_absent)]
"""The same; blank is none."""


class Days(Query):
    """Over which days of the business: both ends count, and at most two years lie between them."""

    date_from: OptionalDay = Field(None, description="The first day of the business that counts, or unix seconds within it")
    date_to: OptionalDay = Field(None, description="The last day that counts, or unix seconds within it")

    @model_validator(mode="after")
    def _spans_days(self) -> "Days":
        first, last = self.span(LONGEST)
        if not first <= last < first + timedelta(days=LONGEST):
            raise WrongField("date_to", f"expected date_from not after date_to, and at most {LONGEST} days")
        return self

    def span(self, days: int) -> tuple[date, date]:
        """The first and the last day: what was said, or so many days that end with the other end, or today."""
        last = self.date_to or max(date.fromisoformat(facts.day_of(clock.now())), self.date_from or date.min)
        return self.date_from or last - timedelta(days=days - 1), last

"""Bases of everything that comes in and goes out."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from chalicelib.core.errors import Invalid

Contour = Literal["live", "test"]
"""Which of the two worlds a row lives in; the test contour's messages go to the ledger only."""

CONTOURS: tuple[Contour, ...] = ("live", "test")


def _blank_is_none(value: Any) -> Any:
    """Forms send absent values as an empty text or the word "null"."""
    if isinstance(value, str):
        value = value.strip()
        return None if value == "" or value.lower() in {"null", "undefined", "none"} else value
    return value


def _as_text(value: Any) -> Any:
    value = _blank_is_none(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


Text = Annotated[str | None, BeforeValidator(_as_text)]
"""Optional text, tolerant of numbers; blank and "null" are none."""

Id = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=200)]
"""A required id: text, or a number that some callers send instead."""


class Schema(BaseModel):
    """A payload. Unknown fields are ignored here and kept in the raw request."""

    model_config = ConfigDict(defer_build=True, populate_by_name=True, str_max_length=20_000, allow_inf_nan=False)


class Query(Schema):
    """What a URL's query may carry."""


class Answer(Schema):
    """A success answer."""

    success: Literal[True] = True


class Message(Answer):
    """A success answer that a person may read."""

    message: str = Field(description="What happened, in Russian, fit to show to the client")


class FieldError(Schema):
    """One wrong field of a payload."""

    loc: list[str | int]
    msg: str
    type: str


class ErrorBody(Schema):
    """The one error body."""

    success: Literal[False] = False
    error: str = Field(description="A stable code", examples=["slot_taken"])
    message: str
    detail: list[FieldError] | dict[str, Any] | str | None = Field(
        default=None, description="A list of wrong fields for 422, facts that help otherwise"
    )


def utc_text(moment: datetime) -> str:
    """A moment as the API prints it: ``2026-03-12T07:00:00Z``."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


M = TypeVar("M", bound=BaseModel)


def validated(model: type[M], values: Any, *loc: str) -> M:
    """`values` as a model. Raises Invalid that says where under `loc` and what was expected, never the value itself."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise invalid(error, *loc) from error


def invalid(error: ValidationError, *loc: str) -> Invalid:
    """Pydantic's findings as our one error."""
    rows = error.errors(include_url=False, include_context=False)
    return Invalid([{"loc": [*loc, *row["loc"]], "msg": _discreet(row["msg"], row["input"]), "type": row["type"]} for row in rows])


def _discreet(words: str, value: Any) -> str:
    """A finding's words, unless they quote the value, as the ValueError of a library inside a validator does."""
    value = str(value).strip()
    quoted = words.startswith("Value error") and len(value) > 2 and value in words
    return "The value is not valid" if quoted else words

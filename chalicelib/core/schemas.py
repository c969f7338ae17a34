"""Bases of everything that comes in and goes out."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from threading import RLock
from types import UnionType
from typing import Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic.fields import FieldInfo

from chalicelib.core import digits, lines
from chalicelib.core.errors import Invalid, WrongField
from chalicelib.core.patterns import pattern

Contour = Literal["live", "test"]
"""Which of the two worlds a row lives in; the test contour's messages go to the ledger only."""

CONTOURS: tuple[Contour, ...] = ("live", "test")


def blank_is_none(value: Any) -> Any:
    """Forms send absent values as an empty text or the word "null"; of what is not seen nothing is said either."""
    if isinstance(value, str):
        value = value.strip()
        return None if lines.is_blank(value) or value.lower() in {"null", "undefined", "none"} else value
    return value


def _as_text(value: Any) -> Any:
    value = blank_is_none(value)
    return digits.typed(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def rounded(places: int) -> AfterValidator:
    """Of a float that becomes a number of the store, which has none so near to nothing as floats have."""
    return AfterValidator(lambda said: None if said is None else round(said, places))


AS_TEXT = BeforeValidator(_as_text)
"""Reads text as `Text` does: a bound stands within, at the text, for behind another validator it would be asked of nothing, too."""

Text = Annotated[str | None, AS_TEXT]
"""Optional text, tolerant of numbers; blank and "null" are none."""

Whole = Annotated[int | None, BeforeValidator(blank_is_none)]
"""An optional whole number; blank and "null" are none."""

Id = Annotated[str, BeforeValidator(_as_text), Field(min_length=1, max_length=200)]
"""A required id: text, or a number that some callers send instead."""


def _is_seen(said: str | None) -> str | None:
    if said is not None and lines.is_blank(said):
        raise ValueError("expected a text that can be seen")
    return said


Seen = AfterValidator(_is_seen)
"""Of a text that must say something: white space, and marks of which nothing is drawn, do not."""


_TWICE_SECONDS = pattern(r"(T\d\d:\d\d:\d\d):\d\d(?=Z|[+-]|$)")
"""What some callers write between seconds and zone: frames, always zero."""


def _moment(value: Any) -> Any:
    value = blank_is_none(value)
    if value is None or isinstance(value, datetime):
        return value
    try:
        read = datetime.fromisoformat(_TWICE_SECONDS.sub(r"\1", value))
        read = (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        read = None
    if read is None or read.year < _FIRST_YEAR:
        raise ValueError("expected a date and time as ISO 8601 has them, for example 2025-12-01T10:00:00Z")
    return min(read, _LAST)


_FIRST_YEAR = 1900

_LAST = datetime(9999, 12, 31, tzinfo=UTC)
"""Databases write the last second of 9999 for never, and that has no wall clock east of Greenwich."""

MOST_FINDINGS, LONGEST_NAME = 50, 100
_ITEMS = pattern(r"item(s?) after validation, not [0-9]+")
"""How many wrong fields one answer names, and how much of a field's name: they are kept in the inbox too."""

Moment = Annotated[datetime | None, BeforeValidator(_moment)]
"""An optional moment in ISO 8601: `Z`, an offset, or none, which is UTC."""


@cache
def _numbers(model: type[BaseModel]) -> frozenset[str]:
    """The fields, by every name they have, that take numbers, whoever reads what stands there: a reader may hand `true` on as it is."""
    found = {name: field for name, field in model.model_fields.items() if _is_number(field)}
    return frozenset(found) | {field.alias for field in found.values() if field.alias}


def _is_number(field: FieldInfo) -> bool:
    """Whether a field takes numbers alone, one or a list of them."""
    kinds = _kinds(field.annotation) - {type(None)}
    return bool(kinds) and kinds <= {int, float}


def _kinds(annotation: Any) -> set[Any]:
    """What may stand in a field, in a list of it too."""
    origin, within = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kinds(within[0])
    return set().union(*map(_kinds, within)) if origin in (list, Union, UnionType) else {annotation}


@cache
def _wholes(model: type[BaseModel]) -> frozenset[str]:
    """The fields that take a whole number alone, and read it themselves no further than that a blank is none."""
    return frozenset(name for name, field in model.model_fields.items() if _is_whole(field))


def _is_whole(field: FieldInfo) -> bool:
    kinds = set(get_args(field.annotation) or (field.annotation,)) - {type(None)}
    readers = {one.func for one in field.metadata if isinstance(one, BeforeValidator)}
    return kinds == {int} and readers <= {blank_is_none}


def _may_be_whole(value: Any) -> bool:
    return not isinstance(value, str) or blank_is_none(value) is None or digits.is_whole(value.strip())


_BUILDING = RLock()


class Schema(BaseModel):
    """A payload. Unknown fields are ignored here and kept in the raw request."""

    model_config = ConfigDict(defer_build=True, populate_by_name=True, str_max_length=20_000, allow_inf_nan=False)

    @classmethod
    def model_rebuild(cls, *, force: bool = False, _parent_namespace_depth: int = 2, **more: Any) -> bool | None:
        """As pydantic's, which two threads must not be in at once: the second takes away what the first has made, and a third answers
        by the parent's fields meanwhile. Effects leave from threads.
        """
        with _BUILDING:
            return super().model_rebuild(force=force, _parent_namespace_depth=_parent_namespace_depth + 1, **more)

    @model_validator(mode="before")
    @classmethod
    def _truth_is_no_number(cls, said: Any) -> Any:
        """`true` where a number is asked for is refused there: Python would take it for 1."""
        if not isinstance(said, dict) or not any(map(digits.has_truth, said.values())):
            return said
        return {name: digits.without_truth(value) if name in _numbers(cls) else value for name, value in said.items()}


class Query(Schema):
    """What a URL's query may carry. A parameter that says nothing is as one that is absent: panels send every filter that they have."""

    @model_validator(mode="before")
    @classmethod
    def _blank_is_absent(cls, said: Any) -> Any:
        if not isinstance(said, dict):
            return said
        needed = {key for name, field in cls.model_fields.items() if field.is_required() for key in (name, field.alias)}
        return {name: value for name, value in said.items() if name in needed or not isinstance(value, str) or value.strip()}

    @model_validator(mode="before")
    @classmethod
    def _numbers_are_digits(cls, said: Any) -> Any:
        """A whole number is written in ASCII digits: Python would read `16.0`, `1_6` and other scripts' digits too."""
        if not isinstance(said, dict):
            return said
        return {name: digits.NO_NUMBER if name in _wholes(cls) and not _may_be_whole(value) else value for name, value in said.items()}


class Answer(Schema):
    """A success answer."""

    success: Literal[True] = True


def _warnings_may_be_absent(schema: dict[str, Any]) -> None:
    schema["required"] = [name for name in schema.get("required", []) if name != "warnings"]


class Warned(Schema):
    """An answer that may carry warnings; without any it has no such field."""

    model_config = ConfigDict(json_schema_extra=_warnings_may_be_absent)

    warnings: list[str] = Field(default=[], description="What the caller should know, in English; absent where there is nothing")

    @model_serializer(mode="wrap")
    def _without_empty(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        shown: dict[str, Any] = serialise(self)
        return shown if self.warnings else {name: value for name, value in shown.items() if name != "warnings"}


class Headed(Schema):
    """An answer that says something in its headers too: where what was made stands, a cookie; or in its status."""

    _answered: int | None = PrivateAttr(None)
    _headers: dict[str, str] = PrivateAttr({})  # copied for each answer; of a factory pydantic reads the signature each time

    @property
    def headers(self) -> dict[str, str]:
        """Headers beside those that every answer has."""
        return self._headers

    @property
    def answered(self) -> int | None:
        """Its own status, one of those that its operation has; None for the operation's first."""
        return self._answered

    def answering(self, status: int) -> Self:
        """The same answer with a status."""
        self._answered = status
        return self

    def saying(self, **headers: str) -> Self:
        """The same answer with these headers; an underscore stands for a hyphen."""
        self._headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self


class Message(Answer, Headed):
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
    detail: list[FieldError] | dict[str, Any] | str | None = Field(None, description="Wrong fields for 422, facts that help otherwise")


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
    rows = error.errors(include_url=False)[:MOST_FINDINGS]
    words = [_discreet(_said(row["msg"], row["input"]), row["input"]) for row in rows]
    places = [[*loc, *_short(WrongField.place(row))] for row in rows]
    return Invalid([{"loc": at, "msg": msg, "type": row["type"]} for at, msg, row in zip(places, words, rows, strict=True)])


def _short(loc: Iterable[str | int]) -> list[str | int]:
    """Where a finding is; a name that the caller made up may have any length."""
    return [part[:LONGEST_NAME] if isinstance(part, str) else part for part in loc]


def _said(words: str, value: Any) -> str:
    """A finding's words; whoever types a text has characters, not the items of which pydantic speaks behind a reader of it."""
    return words if isinstance(value, list | dict) else _ITEMS.sub(r"character\1", words)


def _discreet(words: str, value: Any) -> str:
    """A finding's words, unless they quote the value, as the ValueError of a library inside a validator does."""
    value = str(value).strip()
    quoted = words.startswith("Value error") and len(value) > 2 and value in words
    return "The value is not valid" if quoted else words

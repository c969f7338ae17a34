"""Objects whose fields their callers name: what may stand in them, wherever a payload takes one."""

import json
import math
from collections.abc import Iterator
from typing import Annotated, Any, Final

from pydantic import AfterValidator, BeforeValidator, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, from_json

from chalicelib.core import lines
from chalicelib.core.lines import in_lines, in_one_line
from chalicelib.core.schemas import MOST_FINDINGS, blank_is_none

LONGEST_KEY: Final = 100
LARGEST: Final = 8 * 1024
"""Bytes of an object as JSON."""

Place = tuple[str | int, ...]


def _read(value: Any) -> Any:
    """An object; a form says one as its JSON text."""
    value = blank_is_none(value)
    try:
        return from_json(value, allow_inf_nan=False) if isinstance(value, str) else value
    except (ValueError, TypeError):  # half of a character alone is no text to it at all
        raise ValueError("expected an object") from None


def _is_key(key: Any) -> bool:
    try:
        return isinstance(key, str) and len(key) <= LONGEST_KEY and not lines.is_blank(key) and in_one_line(key) == key
    except ValueError:
        return False


def _wrong(value: Any, place: Place) -> Iterator[tuple[Place, str]]:
    """What may not stand in it, with its place: names first, then values."""
    if isinstance(value, dict):
        for key, one in value.items():
            if not _is_key(key):
                yield (*place, key), f"expected a name of 1 to {LONGEST_KEY} characters in one line, without control characters"
            yield from _wrong(one, (*place, key))
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from _wrong(one, (*place, index))
    elif isinstance(value, float) and not math.isfinite(value):
        yield place, "expected a finite number"
    elif isinstance(value, str) and (words := _unfit(value)):
        yield place, words


def _unfit(text: str) -> str | None:
    try:
        in_lines(text)
    except ValueError as error:
        return str(error)
    return None


def _clean(said: dict[str, Any] | None) -> dict[str, Any] | None:
    found = [
        InitErrorDetails(type=PydanticCustomError("object_part", "{words}", {"words": words}), loc=place, input=None)
        for place, words in _wrong(said, ())
    ]
    if found:
        raise ValidationError.from_exception_data("object", found[:MOST_FINDINGS])
    return said


def _fits(said: dict[str, Any] | None) -> dict[str, Any] | None:
    if said is not None and len(json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")) > LARGEST:
        raise ValueError("expected at most 8 KB")
    return said


def few(most: int) -> AfterValidator:
    """Of an object with so many fields at most."""

    def counted(said: dict[str, Any] | None) -> dict[str, Any] | None:
        if said is not None and len(said) > most:
            raise ValueError(f"expected at most {most} fields")
        return said

    return AfterValidator(counted)


def short(longest: int) -> AfterValidator:
    """Of an object whose values are written in so many characters at most."""

    def measured(said: dict[str, Any]) -> dict[str, Any]:
        if any(len(str(one)) > longest for one in said.values()):
            raise ValueError(f"expected values of at most {longest} characters")
        return said

    return AfterValidator(measured)


Key = Annotated[str, Field(min_length=1, max_length=LONGEST_KEY)]
Plain = dict[Key, str | int | float | bool | None]
"""An object of plain values."""

Data = dict[Key, Any]
"""An object of whatever JSON has."""

TOLD, CLEAN, FITTING = BeforeValidator(_read), AfterValidator(_clean), AfterValidator(_fits)
"""Of an object: it may be said as its JSON text; it holds names and texts without control characters; it is 8 KB at most."""

"""Numbers as they are typed. Pure."""

from typing import Any, Final

from chalicelib.core.patterns import pattern

_EXACT: Final = 10**15
"""Floats below it are written as they were typed."""

_WHOLE = pattern(r"-?[0-9]+")


def is_whole(text: str) -> bool:
    """Whether a text is a whole number in ASCII digits: Python would read `16.0`, `+16`, `1_6` and other scripts' digits as 16 too."""
    return bool(_WHOLE.fullmatch(text))


NO_NUMBER: Final = object()
"""Stands for what Python would take for a number and nobody wrote as one."""


def has_truth(value: Any) -> bool:
    """Whether it is `true` or `false`, or a list with one."""
    return isinstance(value, bool) or (isinstance(value, list) and any(isinstance(one, bool) for one in value))


def without_truth(value: Any) -> Any:
    """The same with no number in its place: Python would take `true` for 1."""
    if isinstance(value, list):
        return [without_truth(one) for one in value]
    return NO_NUMBER if isinstance(value, bool) else value


def typed(number: float) -> str:
    """A number as the text that was meant. Raises ValueError for one that would not be written as it was typed."""
    if isinstance(number, float) and number.is_integer() and abs(number) < _EXACT:
        number = int(number)
    text = str(number)
    if isinstance(number, float) and (number.is_integer() or not text.removeprefix("-").replace(".", "", 1).isdecimal()):
        raise ValueError("expected a text, or a number of at most 15 digits")
    return text

"""Texts that sort as what they stand for: keys of rows by a number, by a moment, and by a moment and a number."""

from datetime import datetime
from typing import Final

_DIGITS: Final = 12


def of_number(number: int) -> str:
    """Where a row with a number stands; places sort as numbers do."""
    return f"{number:0{_DIGITS}d}"


def of_moment(at: datetime) -> str:
    """Before everything that happened at a moment, and behind all that happened sooner."""
    return f"{at.timestamp():017.6f}"


def of_both(at: datetime, number: int) -> str:
    """Where a row with a number stands among those of all moments."""
    return f"{of_moment(at)}#{of_number(number)}"


def below(place: str) -> str:
    """The greatest text that sorts before a place: both ends of a BETWEEN count."""
    return f"{place[:-1]}{chr(ord(place[-1]) - 1)}~"

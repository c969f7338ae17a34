"""Single values of Go-CRM as ours, and ours as it wants them. A value that cannot be read is None, never an error."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

from chalicelib.core.patterns import pattern

LONGEST_TEXT = 1000
LONGEST_ID = 100

_AMOUNT = pattern(r"(-?\d{1,12}(?:[.,]\d{1,6})?)(?:руб\.?|р\.?|₽|rub)?", re.IGNORECASE)
_NUMBER = pattern(r"(-?\d{1,18})(?:[.,]0{1,6})?")
_DEGREES = pattern(r"-?\d{1,3}(?:[.,]\d{1,20})?")
_PAIR = pattern(r"(-?\d{1,3}(?:\.\d{1,20})?)\s?[,;\s]\s?(-?\d{1,3}(?:\.\d{1,20})?)")
_DOTTED = pattern(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(.*)", re.DOTALL)
_UNPRINTABLE = pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What nobody sees, turns text around, or is half a character that no store takes."""

_LINE = pattern(r"[\x21-\x7e]{1,4096}")

_NO = {"", "0", "false", "no", "нет"}

Kind = Literal["text", "integer", "digits", "plus_digits", "iso_day", "dotted_day", "wall"]
Reader = Callable[[Any, ZoneInfo], Any]


def text(value: Any, zone: ZoneInfo | None = None) -> str | None:
    """Text without what cannot be seen, cut; numbers are text too, of a list the first is meant."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return _UNPRINTABLE.sub("", str(value)).strip()[:LONGEST_TEXT] or None


def ident(value: Any, zone: ZoneInfo | None = None) -> str | None:
    """An id as text, whether it comes as a number or as text."""
    known = text(value)
    return known if known and len(known) <= LONGEST_ID else None


def line(value: Any, zone: ZoneInfo | None = None) -> str | None:
    """A link or a token: whole or not at all, and fit for a header."""
    return value if isinstance(value, str) and _LINE.fullmatch(value) else None


def idents(value: Any, zone: ZoneInfo | None = None) -> list[str]:
    """A list's ids, given as such or inside objects."""
    found = (ident(one.get("id") if isinstance(one, dict) else one) for one in value) if isinstance(value, list) else ()
    return [one for one in found if one]


def kopecks(value: Any, zone: ZoneInfo | None = None) -> int | None:
    """Roubles, a number or "1 234,50 руб.", as kopecks."""
    found = _AMOUNT.fullmatch(re.sub(r"\s", "", text(value) or ""))
    amount = Decimal(found[1].replace(",", ".")) * 100 if found else None
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP)) if amount is not None else None


def whole(value: Any, zone: ZoneInfo | None = None) -> int | None:
    """A whole number, also one written as text or as 8.0."""
    found = _NUMBER.fullmatch(text(value) or "")
    return int(found[1]) if found else None


def flag(value: Any, zone: ZoneInfo | None = None) -> bool | None:
    """Yes or no, whether it comes as true, 1, "1" or a word."""
    if value is None or isinstance(value, bool):
        return value
    return (text(value) or "").lower() not in _NO


def word(value: Any, zone: ZoneInfo | None = None) -> str | None:
    """A state's word in small letters; true and false are words too."""
    known = str(value) if isinstance(value, bool) else text(value)
    return known.lower() if known else None


def moment(value: Any, zone: ZoneInfo) -> datetime | None:
    """A time of the zone's wall clock, unless it says another zone itself; MySQL's zero date is none."""
    said = text(value) or ""
    try:
        if said.isdigit() and len(said) in (10, 13):
            read = datetime.fromtimestamp(int(said[:10]), UTC)
        else:
            read = datetime.fromisoformat(_DOTTED.sub(lambda part: f"{part[3]}-{part[2]:0>2}-{part[1]:0>2}{part[4]}", said))
        read = read.astimezone(zone) if read.tzinfo else read.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None
    return read if 1900 <= read.year <= 2200 else None


def day(value: Any, zone: ZoneInfo) -> date | None:
    """A day; a moment that stands for one is taken by the zone's clock, where it is midnight."""
    read = moment(value, zone)
    return read.date() if read else None


def point(values: Mapping[str, Any]) -> dict[str, float] | None:
    """Coordinates from two fields, a pair, or a text "lat, lng"; the point where nobody put a branch is none."""
    pair = values.get("point")
    if isinstance(pair, str) and (found := _PAIR.fullmatch(pair.strip())):
        pair = list(found.groups())
    lat, lng = pair[:2] if isinstance(pair, list) and len(pair) >= 2 else (values.get("lat"), values.get("lng"))
    degrees = [float(said.replace(",", ".")) for said in (text(lat), text(lng)) if said and _DEGREES.fullmatch(said)]
    if len(degrees) < 2 or degrees == [0, 0] or abs(degrees[0]) > 90 or abs(degrees[1]) > 180:
        return None
    return {"lat": degrees[0], "lng": degrees[1]}


def as_is(value: Any, zone: ZoneInfo | None = None) -> Any:
    """What another reader looks at later."""
    return value


def write(value: Any, kind: Kind, zone: ZoneInfo) -> Any:
    """A value of ours as Go-CRM wants it; None and blank text are left out of a request."""
    if value is None:
        return None
    if kind == "integer":  # its ids are numbers; what is no number is its own to refuse
        number = whole(int(value) if isinstance(value, bool) else value)
        return text(value) if number is None else number
    return _WRITERS[kind](value, zone)


def _digits(value: Any, zone: ZoneInfo) -> str:
    return re.sub(r"[^0-9]", "", str(value))


def _plus_digits(value: Any, zone: ZoneInfo) -> str:
    return f"+{_digits(value, zone)}".removesuffix("+")


def _iso_day(value: Any, zone: ZoneInfo) -> str | None:
    known = value if isinstance(value, date) else day(value, zone)
    return f"{known:%Y-%m-%d}" if known else text(value)


def _dotted_day(value: Any, zone: ZoneInfo) -> str | None:
    known = value if isinstance(value, date) else day(value, zone)
    return f"{known:%d.%m.%Y}" if known else text(value)


def _wall(value: datetime, zone: ZoneInfo) -> str:
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S}"


_WRITERS: dict[str, Reader] = {
    "text": text,
    "digits": _digits,
    "plus_digits": _plus_digits,
    "iso_day": _iso_day,
    "dotted_day": _dotted_day,
    "wall": _wall,
}

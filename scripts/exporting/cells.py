"""One value as a cell of a Russian spreadsheet, and back. Pure.

A file has no types: a program that opens it guesses. What it would guess wrong (a phone, a number with leading zeros, a text
that looks like a formula or a date) gets an apostrophe in front, and so does a text that begins with one: reading takes it off.
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from boto3.dynamodb.types import Binary, TypeDeserializer
from pynamodb.attributes import Attribute, TTLAttribute, UTCDateTimeAttribute

from chalicelib.core.storage import PackedJSON

MOMENT = "%d.%m.%Y %H:%M:%S"
MARK = "'"
YES, NO = "ИСТИНА", "ЛОЖЬ"
NUL_SHOWN = "\u2400"
"""What stands for a NUL: no spreadsheet program reads past one."""

_FORMULA = re.compile(r"[\s\ufeff]*[=+\-@\uff1d\uff0b\uff0d\uff20|%#]")
_NUMBER_OR_DATE = re.compile(r"\s*[\d][\d\s\u00a0.,:/\-]*(?:[eEеЕ][+\-]?\d+)?\s*%?")
_MONTH = (
    r"(?:янв|февр?|мар|апр|ма[йя]|июн|июл|авг|сент?|окт|нояб?|дек|jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)"
    r"(?:ь|я|т|та|рель|реля|уст|уста|аря?|арь|аль|аля|ября|ябрь|тября|тябрь|брь|бря|абрь|абря|uary|ruary|ch|il|e|y|ust|ember|tember|ober)?"
)
_WORD = rf"(?:{_MONTH}|(?:пн|вт|ср|чт|пт|сб|вс|г|год|a\.?m|p\.?m|[₽$€£¥]|р|руб|rub|eur|usd))"
_DRESSED = re.compile(rf"(?:[\d\s\u00a0\u202f.,:/()%\-]|{_WORD}(?![a-zа-яё]))++", re.IGNORECASE)
"""Digits dressed as a date, an hour, a price or, in brackets, a loss; a month's name alone is none, but does no harm."""

_CONTROL = re.compile(r"[\t\r\n']")
_python = TypeDeserializer().deserialize


def text_cell(text: str) -> str:
    """A text that stays one: no formula, no number, no date."""
    shown = text.replace("\0", NUL_SHOWN)
    return MARK + shown if _is_guessed(shown) else shown


def _is_guessed(shown: str) -> bool:
    if _CONTROL.match(shown) or _FORMULA.match(shown) or shown.strip().upper() in (YES, NO, "TRUE", "FALSE"):
        return True
    return any(pattern.fullmatch(shown) for pattern in (_NUMBER_OR_DATE, _DRESSED))


def read_text(cell: str) -> str:
    """The text that a cell was made of."""
    return cell.removeprefix(MARK)


def number_cell(number: Decimal | int | float) -> str:
    """A number with a decimal comma."""
    return f"{Decimal(str(number)):f}".replace(".", ",")


def moment_cell(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as the zone's wall shows it."""
    return moment.astimezone(zone).strftime(MOMENT)


def cell(raw: Mapping[str, Any], attribute: "Attribute[Any] | None", zone: ZoneInfo) -> str:
    """A stored value as the model understands it; a value of no model by its own type."""
    value = _python(raw)
    if value is None:
        return ""
    if isinstance(attribute, UTCDateTimeAttribute):
        return moment_cell(attribute.deserialize(value), zone)
    if isinstance(attribute, TTLAttribute):
        return moment_cell(datetime.fromtimestamp(int(value), UTC), zone)
    if isinstance(value, Binary | bytes):
        return _packed(bytes(value), attribute)
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, Decimal):
        return number_cell(value)
    return text_cell(value) if isinstance(value, str) else text_cell(_json(value))


def _packed(value: bytes, attribute: "Attribute[Any] | None") -> str:
    if isinstance(attribute, PackedJSON):
        return text_cell(_json(attribute.deserialize(value)))
    return text_cell(base64.b64encode(value).decode())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_as_json)


def _as_json(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(value, key=str)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return base64.b64encode(bytes(value)).decode()

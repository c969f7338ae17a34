"""Amounts and moments as another till's API or file says them. What cannot be read is a BadCell."""

import json
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from pydantic import TypeAdapter, ValidationError

from chalicelib.core import ids
from chalicelib.core.amounts import KOPECKS, THOUSANDTHS
from chalicelib.core.stamps import Stamp
from scripts.importing.table import BadCell

Row = Mapping[str, Any]
MOST = 12
"""The most digits, but one, of an amount that somebody means."""

_stamp: TypeAdapter[datetime] = TypeAdapter(Stamp)


def amount(row: Row, field: str, parts: int = KOPECKS) -> int:
    """Whole parts of a number, halves up; 0 where there is none. Raises BadCell."""
    value = row.get(field)
    if value is None or value == "":
        return 0
    try:
        found = Decimal(str(value))
        if isinstance(value, bool) or not found.is_finite() or found.adjusted() > MOST:
            raise InvalidOperation
    except InvalidOperation:
        raise BadCell(field, "expected a number") from None
    return int((found * parts).quantize(Decimal(1), ROUND_HALF_UP))


def quantity(row: Row, field: str) -> int:
    """The same of pieces, litres or kilograms."""
    return amount(row, field, THOUSANDTHS)


def moment(row: Row, field: str) -> datetime | None:
    """A moment, without an offset the business zone's; None where there is none. Raises BadCell."""
    value = row.get(field)
    if value is None or value == "":
        return None
    try:
        return _stamp.validate_python(value)
    except ValidationError:
        raise BadCell(field, "expected a date and time") from None


def needed_moment(row: Row, field: str) -> datetime:
    """The same, which must be there. Raises BadCell."""
    found = moment(row, field)
    if found is None:
        raise BadCell(field, "is empty")
    return found


def text(row: Row, field: str, longest: int = 200) -> str | None:
    """A text, cut; None where it is blank."""
    value = row.get(field)
    found = " ".join(str(value).split()) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return found[:longest] or None


def ident(row: Row, field: str) -> str | None:
    """What something is called there: a number or a text; None where there is none."""
    value = row.get(field)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return ids.given(value)


def words(row: Row, field: str, longest: int = 50) -> list[str]:
    """A list, also one that is written as JSON or with commas; each cut."""
    value = row.get(field)
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            value = None
    parts = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return [" ".join(str(part).split())[:longest] for part in parts if str(part).strip()]

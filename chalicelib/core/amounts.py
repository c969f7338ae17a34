"""Money, points, percents and quantities: numbers with a few decimals on the wire, whole numbers of their smallest part in the store.

No float touches money: what comes is read as a decimal and must fit exactly. `Rub`, `Pts`, `Pct`, `Qty` are read from a payload;
`RubOut` … are shown, a whole number where there is nothing behind the point.
"""

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

MOST_RUB: Final = 10_000_000
MOST_QTY: Final = 1_000_000
MOST_MONEY: Final = 10**12
KOPECKS: Final = 100
"""Parts of a rouble, of a point and of a percent."""

THOUSANDTHS: Final = 1000
"""Parts of a piece, a litre or a kilogram."""


def _reader(parts: int, least: int, most: int) -> Callable[[Any], int]:
    """Reads a number as whole parts. Raises ValueError that says what was expected."""
    decimals = len(str(parts)) - 1
    expected = f"expected a number from {least} to {most} with at most {decimals} decimals"

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise ValueError(expected)
        text = value.strip().replace(",", ".") if isinstance(value, str) else str(value)
        if isinstance(value, str) and not (text.isascii() and text.replace(".", "", 1).removeprefix("-").isdecimal()):
            raise ValueError(expected)
        try:
            scaled = Decimal(text) * parts
        except InvalidOperation:
            raise ValueError(expected) from None
        if not scaled.is_finite() or scaled != scaled.to_integral_value() or not least * parts <= scaled <= most * parts:
            raise ValueError(expected)
        return int(scaled)

    return read


def shown(amount: int, parts: int = KOPECKS) -> int | float:
    """Whole parts as a number of the wire: ``1000``, ``1000.5``."""
    whole, rest = divmod(amount, parts)
    return amount / parts if rest else whole


def _in(parts: int, least: int, most: int, words: str) -> Any:
    schema = {"type": "number", "minimum": least, "maximum": most, "description": words}
    return [BeforeValidator(_reader(parts, least, most)), WithJsonSchema(schema)]


def _out(parts: int, words: str) -> Any:
    return [
        PlainSerializer(lambda amount: shown(amount, parts), return_type=int | float),
        WithJsonSchema({"type": "number", "description": words}),
    ]


Rub = Annotated[int, *_in(KOPECKS, 0, MOST_RUB, "Roubles, at most 2 decimals")]
"""Roubles of a payload, as kopecks."""

Pts = Annotated[int, *_in(KOPECKS, 0, MOST_RUB, "Points, at most 2 decimals")]
"""Points of a payload, as hundredths."""

Pct = Annotated[int, *_in(KOPECKS, 0, 100, "Percent, at most 2 decimals")]
"""A percentage of a payload, as hundredths of a percent."""

Qty = Annotated[int, *_in(THOUSANDTHS, 0, MOST_QTY, "A quantity, at most 3 decimals")]
"""A quantity of a payload, as thousandths."""

Money = Annotated[int, *_in(KOPECKS, 0, MOST_MONEY, "Units of the currency, at most 2 decimals")]
"""Money of a payload in whatever currency, as hundredths of its unit."""

Hours = Annotated[int, *_in(KOPECKS, 0, 24, "Hours of a day, at most 2 decimals")]
"""Hours of a payload, as hundredths."""

RubOut = Annotated[int, *_out(KOPECKS, "Roubles")]
MoneyOut = Annotated[int, *_out(KOPECKS, "Units of the currency")]
PtsOut = Annotated[int, *_out(KOPECKS, "Points; below zero after a refund of what was spent already")]
PctOut = Annotated[int, *_out(KOPECKS, "Percent")]
QtyOut = Annotated[int, *_out(THOUSANDTHS, "A quantity")]
HoursOut = Annotated[int, *_out(KOPECKS, "Hours")]


def half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number of a fraction of whole ones, halves away from zero."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    numerator, denominator = abs(numerator), abs(denominator)
    return sign * ((2 * numerator + denominator) // (2 * denominator))


def share(amount: int, basis_points: int) -> int:
    """A percentage of an amount, rounded down: what is promised is never more than its percent."""
    return amount * basis_points // (100 * KOPECKS)


def floor_step(amount: int, step: int) -> int:
    """Down to a multiple of a step."""
    return amount // step * step


def percent(part: int, whole: int) -> int | None:
    """Part of whole in hundredths of a percent, halves up; None where there is no whole."""
    return half_up(part * 100 * KOPECKS, whole) if whole else None

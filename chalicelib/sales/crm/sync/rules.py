"""What becomes of a lead whom two sides know, field by field: pure."""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple

from chalicelib.sales.crm.connections.rules import Owner

MAY_BE_EMPTIED: Final = frozenset({"amount"})
"""Of everything else an empty value says nothing: no contact is ever wiped."""

DIGITS = 20


Values = Mapping[str, Any]


class Ways(NamedTuple):
    """What may go where: fields that are kept in step, who decides of each, in which directions, and which side changed last."""

    fields: Collection[str]
    owner: Callable[[str], Owner]
    pulls: bool
    pushes: bool
    newer: Owner


class Merge(NamedTuple):
    """What is taken from them, what is told them, and whose word of a field lost to the other's."""

    take: dict[str, Any]
    tell: dict[str, Any]
    lost: dict[str, Owner]


def merged(theirs: Values, ours: Values, seen: Values | None, told: Values | None, ways: Ways) -> Merge:
    """What follows from both sides' news since they were last seen; without a last time everything that is said is news."""
    found = Merge({}, {}, {})
    for field in ways.fields:
        their, our = theirs.get(field), ours.get(field)
        there, here = _is_news(field, their, seen), _is_news(field, our, told)
        if their == our or not (there or here):
            continue
        if (winner := _winner(field, ways, there=there, here=here)) == "theirs":
            if ways.pulls:
                found.take[field] = their
        elif ways.pushes and our is not None:
            found.tell[field] = our
        if there and here:
            found.lost[field] = "ours" if winner == "theirs" else "theirs"
    return found


def _is_news(field: str, value: Any, last: Values | None) -> bool:
    if value is None and (last is None or field not in MAY_BE_EMPTIED):
        return False
    return last is None or value != last.get(field)


def _winner(field: str, ways: Ways, *, there: bool, here: bool) -> Owner:
    """Who is followed: whoever changed it; where both did, or what is ours was changed there, who decides of it."""
    owner = ways.owner(field)
    if there and not here:
        return "ours" if owner == "ours" else "theirs"
    if here and not there:
        return "ours"
    return ways.newer if owner == "newest" else owner


def differing(theirs: Values, ours: Values, fields: Collection[str]) -> list[str]:
    """Fields that the two sides say otherwise; what one of them does not know is no difference."""
    said = ((field, theirs.get(field), ours.get(field)) for field in fields)
    return [field for field, their, our in said if their != our and (field in MAY_BE_EMPTIED or None not in (their, our))]


def mending(theirs: Values, ours: Values, ways: Ways) -> Merge:
    """What has both sides say the same, whatever they were last seen to say: who decides of a field is followed, where that may be."""
    found = Merge({}, {}, {})
    for field in differing(theirs, ours, ways.fields):
        owner = ways.newer if ways.owner(field) == "newest" else ways.owner(field)
        tells = ways.pushes and (owner == "ours" or not ways.pulls) and ours.get(field) is not None
        (found.tell if tells else found.take)[field] = ours.get(field) if tells else theirs.get(field)
    return found


def name(number: str) -> str:
    """An id as keys have it, whose order is that of the numbers."""
    return number.zfill(DIGITS) if number.isascii() and number.isdecimal() else number


def number(name: str) -> str:
    """The id that a key means."""
    return (name.lstrip("0") or "0") if name.isascii() and name.isdecimal() else name

"""What a row, a key and a value must be. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from chalicelib.core.storage.strict.expressions import Assignment
from chalicelib.core.storage.strict.schema import Schema
from chalicelib.core.storage.strict.sizes import Item, size, value_size

LARGEST_ITEM = 400 * 1024
DEEPEST = 32
MOST_DIGITS = 38
LARGEST_POWER = 125


class Violation(NamedTuple):
    """A rule that a request breaks, and where in the request."""

    rule: str
    where: str


def key_breaks(key: Item, schema: Schema) -> Iterator[Violation]:
    """A row's address: exactly the table's key attributes."""
    if set(key) != set(schema.keys):
        yield Violation("a key is the table's key attributes, no more and no fewer", ", ".join(key) or "nothing")
    for name, value in key.items():
        yield from key_value_breaks(name, value, schema)


def key_value_breaks(name: str, value: Mapping[str, Any], schema: Schema) -> Iterator[Violation]:
    """A value of a key attribute, of the table or of an index: of its type, not empty, and no longer than it may be."""
    ((kind, content),) = value.items()
    if name in schema.keys or name in schema.types:
        if kind != schema.types[name]:
            yield Violation(f"a key attribute has one type ({schema.types[name]})", f"{name} is {kind}")
        elif not content:
            yield Violation("a key attribute is never empty", name)
        elif value_size(value) > schema.longest(name):
            yield Violation(f"this key attribute has at most {schema.longest(name)} bytes", f"{name} has {value_size(value)}")


def item_breaks(item: Item, schema: Schema) -> Iterator[Violation]:
    """A whole row that is put."""
    missing = [name for name in schema.keys if name not in item]
    if missing:
        yield Violation("a row has its key", ", ".join(missing))
    for name, value in item.items():
        yield from attribute_breaks(name, value, schema)
    if size(item) > LARGEST_ITEM:
        yield Violation("a row has at most 400 KB", f"{size(item)} bytes")


def attribute_breaks(name: str, value: Mapping[str, Any], schema: Schema) -> Iterator[Violation]:
    """One attribute that is written."""
    yield from key_value_breaks(name, value, schema)
    if name == schema.ttl and "N" not in value:
        yield Violation("a moment of expiry is a Number of seconds", name)
    yield from ((Violation(rule, name)) for rule in value_breaks(value))


def value_breaks(value: Mapping[str, Any], depth: int = 1) -> Iterator[str]:
    """The rules that a value breaks, however deep in it."""
    ((kind, content),) = value.items()
    if depth > DEEPEST:
        yield f"values are nested at most {DEEPEST} deep"
    elif kind in ("SS", "NS", "BS"):
        if not content:
            yield "a set is never empty"
        if len(set(content)) != len(content):
            yield "a set has no member twice"
    elif kind == "N":
        yield from _number_breaks(content)
    elif kind in ("L", "M"):
        for part in content if kind == "L" else content.values():
            yield from value_breaks(part, depth + 1)


def _number_breaks(content: str) -> Iterator[str]:
    try:
        number = Decimal(content)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        yield "a number is a number"
    elif len(str(abs(int("".join(map(str, number.as_tuple().digits))))).rstrip("0")) > MOST_DIGITS:
        yield f"a number has at most {MOST_DIGITS} digits"
    elif number and not -LARGEST_POWER - 5 <= number.adjusted() <= LARGEST_POWER:
        yield f"a number is below 10^{LARGEST_POWER + 1}"


def most_after(standing: Item, assignments: Iterable[Assignment], values: Mapping[str, Any]) -> int:
    """At most how many bytes a row has after an update."""
    total = size(standing)
    for change in assignments:
        name = change.path[0]
        stood = len(name.encode()) + value_size(standing[name]) if name in standing else 0
        mentioned = {token.text for token in change.right if token.kind == "function"}
        whole = len(change.path) == 1
        if change.section == "REMOVE":
            total -= stood if whole else 0
            continue
        if "if_not_exists" in mentioned and "list_append" not in mentioned and whole and stood:
            continue
        if change.section == "SET" and whole and not mentioned:
            total -= stood
        if change.section == "SET" or "N" not in _first(change, values):
            total += grown(change, values) if change.section != "DELETE" else 0
    return total


def grown(change: Assignment, values: Mapping[str, Any]) -> int:
    """At most how many bytes one change adds."""
    parts = [values[token.text] for token in change.right if token.kind == "value" and token.text in values]
    return sum(len(part.encode()) for part in change.path) + 3 + sum(value_size(part) + 1 for part in parts)


def _first(change: Assignment, values: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((values[token.text] for token in change.right if token.text in values), {})

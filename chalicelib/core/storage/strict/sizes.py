"""How many bytes DynamoDB counts for what is in a row. Pure."""

from collections.abc import Mapping
from typing import Any

Item = Mapping[str, Mapping[str, Any]]


def size(item: Item) -> int:
    """Bytes of an item: its attributes' names and values."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one value; a binary one may be bytes, or base64 as a request has it."""
    ((kind, content),) = value.items()
    if kind == "S":
        return len(content.encode("utf-8", "surrogatepass"))
    if kind == "B":
        return len(content) * 3 // 4 if isinstance(content, str) else len(content)
    if kind == "N":
        return (len(content) + 1) // 2 + 1
    if kind in ("SS", "NS", "BS"):
        return sum(value_size({kind[0]: part}) for part in content)
    if kind == "L":
        return 3 + sum(1 + value_size(part) for part in content)
    return 3 + size(content) + len(content) if kind == "M" else 1

"""Attributes that PynamoDB lacks."""

import gzip
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from pynamodb.attributes import Attribute
from pynamodb.constants import BINARY, STRING

T = TypeVar("T")

PACKED = b"\x1f\x8b"
"""How packed bytes begin, and no JSON does."""


def newest(entries: Sequence[T], *, most: int, within: int = 64 * 1024) -> list[T]:
    """The newest of `entries` (the last ones) that are not too many, nor together too large for one attribute of a row."""
    kept: list[T] = []
    for entry in reversed(entries[-most:]):
        within -= len(json.dumps(entry)) + 2  # as the store has it: every Cyrillic letter is six bytes
        if within < 0:
            break
        kept.insert(0, entry)
    return kept


class PackedJSON(Attribute[Any]):
    """Any JSON, packed: what a form said in Cyrillic would outgrow a row as escaped text. What packing makes longer stays as it is."""

    attr_type = BINARY

    def serialize(self, value: Any) -> bytes:
        """The same bytes for the same value."""
        plain = to_json(value)
        return min(gzip.compress(plain, 6, mtime=0), plain, key=len)

    def deserialize(self, value: Any) -> Any:
        """What was packed; a text is what stood there before it was."""
        return from_json(gzip.decompress(value) if value[:2] == PACKED else value)

    def get_value(self, value: dict[str, Any]) -> Any:
        """The bytes, or the text of a row that was written before this was packed."""
        return value[STRING] if STRING in value else super().get_value(value)


class PackedText(PackedJSON):
    """A text, packed. One that was written before it was packed is no JSON."""

    def deserialize(self, value: Any) -> Any:
        """The text."""
        return value if isinstance(value, str) else super().deserialize(value)

"""Attributes that PynamoDB lacks."""

import gzip
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from pynamodb.attributes import Attribute
from pynamodb.constants import BINARY

T = TypeVar("T")


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
    """Any JSON, packed: what a form said in Cyrillic would outgrow a row as escaped text."""

    attr_type = BINARY

    def serialize(self, value: Any) -> bytes:
        """The same bytes for the same value."""
        return gzip.compress(to_json(value), 6, mtime=0)

    def deserialize(self, value: bytes) -> Any:
        """What was packed."""
        return from_json(gzip.decompress(value))

"""Attributes that PynamoDB lacks."""

import gzip
from typing import Any

from pydantic_core import from_json, to_json
from pynamodb.attributes import Attribute
from pynamodb.constants import BINARY


class PackedJSON(Attribute[Any]):
    """Any JSON, packed: what a form said in Cyrillic would outgrow a row as escaped text."""

    attr_type = BINARY

    def serialize(self, value: Any) -> bytes:
        """The same bytes for the same value."""
        return gzip.compress(to_json(value), 6, mtime=0)

    def deserialize(self, value: bytes) -> Any:
        """What was packed."""
        return from_json(gzip.decompress(value))

"""Opaque cursors: where the next page starts, as text that callers hand back and never read."""

import base64
import binascii
import json
from typing import Any

from pydantic_core import from_json

from chalicelib.core.errors import Invalid


def encode(key: dict[str, Any] | None) -> str | None:
    """A store's last key as a cursor; names in it take no more room than they do in the store."""
    return (
        base64.urlsafe_b64encode(json.dumps(key, separators=(",", ":"), ensure_ascii=False).encode()).decode().rstrip("=") if key else None
    )


def decode(cursor: str | None, *names: str) -> dict[str, Any] | None:
    """The key inside a cursor. It must hold exactly the key attributes `names`; anything else was not made here."""
    if not cursor:
        return None
    try:
        key = from_json(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise refused() from error
    well_formed = isinstance(key, dict) and set(key) == set(names) and all(_is_text(value) for value in key.values())
    if not well_formed:
        raise refused()
    return dict(key)


def _is_text(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == ["S"] and isinstance(value["S"], str) and bool(value["S"])


def refused() -> Invalid:
    """The error of a cursor that we did not give."""
    return Invalid.field("query", "cursor", msg="A cursor must be one that an earlier answer gave", kind="cursor")

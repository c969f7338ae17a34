"""What a consultation is called there: Chatwoot's attributes, 1C's fields. Pure but for reading the shipped mapping."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.integrations.chatwoot.schemas import Message
from chalicelib.integrations.onec import literals

_ONEC = Path(__file__).parent / "data" / "onec.json"
LONGEST_NAME = 100
"""Characters of a catalogue's Description in most configurations of 1C."""

OURS = "frontdesk_id"
"""The attribute by which what we made in Chatwoot is known again."""


class Entity(NamedTuple):
    """One of 1C's entities: its name, the field that holds our id, what its fields hold of ours."""

    name: str
    key: str
    fields: Mapping[str, str]
    find_by: Mapping[str, str]
    kind: str | None
    modified: str | None


@cache
def _mapping() -> dict[str, Any]:
    return json.loads(_ONEC.read_text(encoding="utf-8"))


@cache
def entity(name: str) -> Entity:
    """The catalogue of clients (``client``) or the document of a consultation (``document``), as the mapping names them."""
    said = _mapping()[name]
    return Entity(said["entity"], said["key"], said["fields"], said.get("find_by", {}), said.get("kind"), said.get("modified"))


def importance(value: int | None) -> str | None:
    """1C's word for how urgent a question is: 1 low, 2 normal, 3 and more high."""
    words = _mapping()["importance"]
    return None if value is None else str(words[min(max(int(value), 1), len(words)) - 1])


def fields(of: Entity, values: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """A body for 1C: wall time without offset, references that are references, nothing that is not known."""
    shown = {field: _shown(field, values.get(name), zone) for field, name in of.fields.items()}
    return {field: value for field, value in shown.items() if value not in (None, "")}


def _shown(field: str, value: Any, zone: ZoneInfo) -> Any:
    if isinstance(value, datetime):
        return literals.wall_text(value, zone)
    if field.endswith("_Key"):
        return literals.reference(value)
    return str(value)[:LONGEST_NAME] if field == "Description" and value else value


def reading(status: str, *, assigned: bool) -> str:
    """A conversation's state as the mapping of statuses reads it."""
    return f"{status}+assigned" if assigned and status == "open" else status


def is_question(message: Message, consultation_id: str, comment: str) -> bool:
    """Whether a message is the question that we posted: by our mark, or by its words where an older Chatwoot drops marks."""
    same = message.message_type == "incoming" and message.content.strip() == comment
    return message.content_attributes.get(OURS) == consultation_id or same


def plain(reading: str | None) -> str:
    """Chatwoot's own word in a reading."""
    return (reading or "").partition("+")[0]

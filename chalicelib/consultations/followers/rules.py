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


MOST_FILES = 20
"""Links that are passed on of one message: Chatwoot takes fifteen files."""

DELETED = "deleted"
"""What the mapping of statuses calls a document that is marked for deletion, whatever its kind."""


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


def inn(text: str | None) -> str | None:
    """A taxpayer's number as it is compared."""
    return "".join((text or "").split()) or None


def inn_field() -> str | None:
    """The field of a client's card by which a firm is found; None where the mapping finds none by it."""
    return next((field for field, name in entity("client").find_by.items() if name == "org_inn"), None)


def is_firm(card: Mapping[str, Any], org_inn: str | None) -> bool:
    """Whether a card may be used for a firm: not one that is marked for deletion, nor another firm's, nor one that says nothing."""
    field = inn_field()
    return card.get("DeletionMark") is not True and (not (field and org_inn) or inn(card.get(field)) == org_inn)


def looked_for(catalogue: Entity) -> list[tuple[str, str]]:
    """Fields by which a client's card is looked for, and what stands in them: the INN decides, our own id comes next."""
    by_inn = [(field, name) for field, name in catalogue.find_by.items() if name == "org_inn"]
    return [*by_inn, (catalogue.key, "client_id"), *(pair for pair in catalogue.find_by.items() if pair not in by_inn)]


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


def is_question(message: Message, consultation_id: str, comment: str, *, since: datetime | None = None) -> bool:
    """Whether a message is the question that we posted: by our mark, or by its words where an older Chatwoot drops marks.

    Words from before `since` are an earlier question's.
    """
    if isinstance(mark := message.content_attributes.get(OURS), str):
        return mark == consultation_id
    if since and message.created_at and message.created_at < since:
        return False
    return message.message_type == "incoming" and message.content.strip() == comment


def document_reading(found: Mapping[str, Any]) -> str:
    """A document's state as the mapping of statuses reads it; "" where it has none."""
    kind = found.get(entity("document").kind or "")
    return DELETED if found.get("DeletionMark") is True else kind if isinstance(kind, str) else ""


def is_marked(message: Message) -> bool:
    """Whether we posted it ourselves, for whichever consultation."""
    return OURS in message.content_attributes


def files(message: Message) -> tuple[list[str], int]:
    """The links of a message's files, and how many have none."""
    links = [one.data_url for one in message.attachments if one.data_url and one.data_url.startswith(("https://", "http://"))]
    return links[:MOST_FILES], len(message.attachments) - len(links)


def plain(reading: str | None) -> str:
    """Chatwoot's own word in a reading."""
    return (reading or "").partition("+")[0]

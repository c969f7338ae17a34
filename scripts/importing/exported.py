"""Our own exports read back: known by their last column, read by the types they were written from. Pure."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from scripts.exporting.cells import MOMENT, NO, YES, read_text
from scripts.exporting.writing import UNKNOWN

Cells = dict[str, str]

FREE = {"free", "held"}
"""A hold is a visitor's for minutes: what was held then is free wherever the file is brought."""


def is_ours(header: Sequence[str]) -> bool:
    """Whether a file was written by the export."""
    return header[-1:] == [UNKNOWN]


def cells(header: Sequence[str], row: Sequence[str], zone: ZoneInfo) -> Cells:
    """A row's cells by the import's names; blank ones are left out."""
    said = {column: read_text(cell) for column, cell in zip(header, row, strict=False)}
    read = next(reader for key, reader in READERS.items() if key in said)
    return {field: cell for field, cell in read(said, zone).items() if cell}


def _specialist(said: Mapping[str, str], zone: ZoneInfo) -> Cells:
    same = ("name", "telegram_id", "gender", "age", "specialisations", "debt", "number_of_clients_provided", "contour")
    prices = {field: _roubles(said.get(field, "")) for field in ("price_min", "price_max")}
    active = {YES: "да", NO: "нет"}.get(said.get("active", ""), "")
    shown = _card(json.loads(said.get("profile") or "{}"))
    return {"id": said["specialist_id"], "active": active, **prices, **shown, **{field: said.get(field, "") for field in same}}


OF_THE_CARD = {"telegram": "telegram_page", "queries": "card_queries"}
"""Fields of a card whose names are taken by columns that mean something else."""


def _card(profile: Mapping[str, Any]) -> Cells:
    """What a specialist shows of himself, a cell a field."""
    return {OF_THE_CARD.get(name, name): _as_typed(value) for name, value in profile.items()}


def _as_typed(value: Any) -> str:
    if isinstance(value, bool):
        return "да" if value else "нет"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list) else str(value)


def _client(said: Mapping[str, str], zone: ZoneInfo) -> Cells:
    same = ("name", "phone", "email", "age", "timezone", "contour", "raw_contacts")
    utm = json.loads(said.get("first_utm") or "{}")
    telegram = said.get("telegram_id") or (said["telegram_username"] and f"@{said['telegram_username']}")
    return {"id": said["client_id"], "telegram": telegram, **{field: said.get(field, "") for field in same}, **_texts(utm)}


def _slot(said: Mapping[str, str], zone: ZoneInfo) -> Cells:
    start = datetime.strptime(said["start_at"], MOMENT).replace(tzinfo=zone).isoformat()
    free = said["state"] in FREE
    owner = {} if free else {"ticket": said["ticket_id"], "client_id": said["client_id"]}
    when = {"start_at": start, "minutes": said["minutes"], "contour": said["contour"]}
    return {"id": said["slot_id"], "psychologist": said["specialist_id"], "state": "" if free else said["state"], **when, **owner}


READERS: dict[str, Callable[[Mapping[str, str], ZoneInfo], Cells]] = {
    "slot_id": _slot,
    "lead_number": _client,
    "specialist_id": _specialist,
}
"""By a column that only this table has, of those that can be brought back; a slot has the other two's as well."""


def _roubles(kopecks: str) -> str:
    try:
        return str(Decimal(kopecks.replace(",", ".")) / 100)
    except InvalidOperation:
        return ""


def _texts(utm: Mapping[str, object]) -> Cells:
    return {str(name): str(value) for name, value in utm.items()}

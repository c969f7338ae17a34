"""A fact in words. The words are a file's; a kind that has none is called by its name."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.core.amounts import KOPECKS

MOMENT = "%d.%m.%Y %H:%M"
STAFF = "staff"
People = Mapping[int, str]
"""What those of the staff are called who are known here, by their ids; the others are told by number."""


@cache
def words() -> dict[str, Any]:
    """Who acts, what happens, and what stages, fields and values are called, in Russian.

    What happens may be said in several ways, the fullest first: the first is taken of which the fact says everything.
    """
    text = (Path(__file__).parent / "data" / "ru.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def who(actor: str, people: People | None = None) -> str:
    """Whose doing it was; one of the staff by his name where it is known, else by his number."""
    kind, _, number = actor.partition("#")
    named = (people or {}).get(int(number)) if kind == STAFF and number.isdecimal() else None
    return named or str(words()["who"].get(kind, actor)).format(number=number)


def what(kind: str, data: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What happened, moments as the business's clock shows them."""
    told = _of_the_till(data) if kind == "operation_made" else data
    shown = {name: _shown(name, value, zone) for name, value in told.items()}
    said = words()["what"].get(kind, kind)
    templates = [said] if isinstance(said, str) else said
    return str(next((one for one in templates if _names(one) <= shown.keys()), templates[-1])).format_map(shown)


def when(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as the business's clock shows it."""
    return moment.astimezone(zone).strftime(MOMENT)


def roubles(kopecks: int) -> str:
    """A sum as it is read: ``3 500,50 ₽``."""
    whole, rest = divmod(abs(kopecks), KOPECKS)
    return f"{'−' if kopecks < 0 else ''}{whole:,}".replace(",", " ") + (f",{rest:02d}" if rest else "") + " ₽"


def fields(changed: str) -> str:
    """Names of fields as people call them; what belongs to something (`loyalty.levels`) is called by its last word."""
    found = [name.strip() for name in changed.split(",")]
    return ", ".join(words()["fields"].get(name.rpartition(".")[2], name) for name in found)


def _names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def _of_the_till(data: Mapping[str, Any]) -> dict[str, Any]:
    """What an operation is told by: its sum, or its points where no money moved."""
    money = data.get("net") or data.get("amount")
    points = data.get("points") or data.get("earned") or abs(data.get("balance") or 0)
    return {"op_type": data["op_type"]} | ({"sum": money} if money else {"points": points} if points else {})


def _shown(name: str, value: Any, zone: ZoneInfo) -> str:
    if name.endswith("_at"):
        return when(datetime.fromisoformat(str(value)), zone)
    if name in ("sum", "amount"):
        return roubles(int(value))
    if name == "points":
        return roubles(int(value)).removesuffix(" ₽")
    return fields(str(value)) if name == "changed" else str(words()["values"].get(str(value), value))

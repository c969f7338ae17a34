"""A fact in words. The words are a file's; a kind that has none is called by its name."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

MOMENT = "%d.%m.%Y %H:%M"


@cache
def words() -> dict[str, dict[str, str]]:
    """Who acts, what happens, and what values are called, in Russian."""
    text = (Path(__file__).parent / "data" / "ru.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def who(actor: str) -> str:
    """Whose doing it was; one of the staff by his number."""
    kind, _, number = actor.partition("#")
    return words()["who"].get(kind, actor).format(number=number)


def what(kind: str, data: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What happened, moments as the business's clock shows them."""
    template = words()["what"].get(kind, kind)
    return template.format_map(_Shown({name: _shown(name, value, zone) for name, value in data.items()}))


def when(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as the business's clock shows it."""
    return moment.astimezone(zone).strftime(MOMENT)


class _Shown(dict[str, str]):
    """Values by name; an older fact may not say one that its words name."""

    def __missing__(self, name: str) -> str:
        return "…"


def _shown(name: str, value: Any, zone: ZoneInfo) -> str:
    if name.endswith("_at"):
        return when(datetime.fromisoformat(str(value)), zone)
    return words()["values"].get(str(value), str(value))

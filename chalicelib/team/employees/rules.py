"""Which cards a list asks for, and what of a card its history tells. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.core.amounts import shown
from chalicelib.core.bitmaps.words import folded

MONEY = ("hourly_rate", "piece_rate")
MOST_WORDS = 5


def matches(card: Any, *, q: str | None, category_id: int | None, status: str | None, is_archived: bool | None) -> bool:
    """Whether a card belongs to a list: by default of those who work here now."""
    said = folded(" ".join((card.full_name, card.position, card.email, card.phone)))
    wanted = is_archived if is_archived is not None or status else False
    return (
        all(word in said for word in folded(q or "").split()[:MOST_WORDS])
        and category_id in (None, card.category_id)
        and status in (None, card.status)
        and wanted in (None, card.is_archived)
    )


def by_name(card: Any) -> str:
    """Where a card stands in a list."""
    return f"{' '.join(folded(card.full_name).split()).replace('#', ' ')[:200]}#{card.place}"


def status_of(status: str | None, is_archived: bool | None, before: str) -> str:
    """How somebody stands by what is said of it, by either name: whoever has left stays as he left."""
    if status is not None or is_archived is None:
        return status or before
    if not is_archived:
        return "active"
    return "archived" if before == "active" else before


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str | None, str | None]]:
    """The fields that differ, with what they said and say: as texts, money in roubles."""
    for name, value in after.items():
        if before.get(name) != value:
            yield name, _text(name, before.get(name)), _text(name, value)


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(shown(int(value))) if name in MONEY else str(int(value) if isinstance(value, float) else value)

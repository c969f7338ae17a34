"""How a message reads: template, values and moments become text and buttons. Pure but for reading shipped templates."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

_TEMPLATES = Path(__file__).parent / "templates"
_MONTHS = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"]
_WEEKDAYS = ["пн", "вт", "ср", "чт", "пт", "сб", "вс"]
MOSCOW = ZoneInfo("Europe/Moscow")

AUTOMATED = frozenset(
    {
        "client_session_reminder",
        "client_feedback",
        "client_confirm_session",
        "client_help_still_needed",
        "client_help_not_found",
        "client_follow_up",
    }
)
"""What goes to a client by the clock alone, unasked: not said while a person has yet to look at him.

Everything else still goes: answers to what he did, what became of his time, a person's words, the hotline, login codes.
"""

Button = tuple[str, str]
"""A label and what comes back when it is pressed."""


class Rendered(NamedTuple):
    """What a person sees."""

    text: str
    buttons: list[list[Button]]


class _Missing(dict[str, str]):
    """A value nobody gave reads as a dash, so that a message is never lost to a missing name."""

    def __missing__(self, key: str) -> str:
        return "—"


@cache
def template(name: str, language: str) -> tuple[str, list[list[Button]]]:
    """A template file: the text, then after a line ``---`` rows of buttons ``Label | action`` joined by ``||``."""
    raw = (_TEMPLATES / language / f"{name}.txt").read_text(encoding="utf-8")
    text, _, below = raw.partition("\n---\n")
    rows = [[_button(cell) for cell in line.split("||")] for line in below.splitlines() if line.strip()]
    return text.strip(), rows


def _button(cell: str) -> Button:
    label, _, action = cell.partition("|")
    return label.strip(), action.strip()


def render(
    name: str, language: str, values: Mapping[str, Any], zone: str | None = None, extra: Sequence[Sequence[Button]] = ()
) -> Rendered:
    """The text and its buttons. Values named ``…_at`` are moments; ``ref`` is what every button's action is about."""
    text, rows = template(name, language)
    shown = _Missing({key: _shown(key, value, zone) for key, value in values.items() if value not in (None, "")})
    ref = values.get("ref", "")
    buttons = [[(label, f"{action}:{ref}") for label, action in row] for row in rows]
    return Rendered(_told(text, shown).format_map(shown), buttons + [list(row) for row in extra])


def _told(text: str, known: Mapping[str, str]) -> str:
    """The template's lines; one that begins with ``? `` only where all that it names is known."""
    lines = (line.removeprefix("? ") for line in text.split("\n") if not line.startswith("? ") or _names(line) <= known.keys())
    return "\n".join(lines)


def _names(line: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(line) if name}


def _shown(key: str, value: Any, zone: str | None) -> str:
    if key.endswith("_at"):
        return moment(datetime.fromisoformat(value), zone)
    return "\n".join(str(part) for part in value) if isinstance(value, list) else str(value)


def moment(at: datetime, zone: str | None = None) -> str:
    """A moment for a person: Moscow time, and his own where it is known and reads differently."""
    moscow = at.astimezone(MOSCOW)
    text = f"{_date(moscow)} в {moscow:%H:%M} МСК"
    local = at.astimezone(ZoneInfo(zone)) if zone else moscow
    if local.utcoffset() == moscow.utcoffset():
        return text
    own = f"{local:%H:%M}" if local.date() == moscow.date() else f"{_date(local)} в {local:%H:%M}"
    return f"{text} (у вас {own})"


def _date(day: datetime) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} ({_WEEKDAYS[day.weekday()]})"

"""How a message reads: template, values and moments become text and buttons. Pure but for reading shipped templates."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.core import lines, zones

_ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
_TEMPLATES = Path(__file__).parent / "templates"
MOSCOW = "Europe/Moscow"
RUSSIAN = "ru"

LONG = frozenset({"request_text", "text", "feedback", "feelings", "needs", "wishes", "line"})
"""Values that may have lines, each of which is marked as somebody else's words; all others stand on one."""

OUR_WORDS = frozenset(
    {
        "client_words_of_staff",
        "client_consultation_reply",
        "client_words_to_group",
        "client_reminder_words",
        "client_reminder_words_pending",
    }
)
"""Templates whose text an employee wrote: it is said as he wrote it."""

AUTOMATED = frozenset(
    {
        "client_session_reminder",
        "client_reminder_words",
        "client_reminder_words_pending",
        "client_feedback",
        "client_confirm_session",
        "client_help_still_needed",
        "client_help_not_found",
        "client_follow_up",
        "client_words_to_group",
    }
)
"""What goes to a client unasked, by the clock alone or with many others: not said while a person has yet to look at him.

Everything else still goes: answers to what he did, what became of his time, a person's words, the hotline, login codes.
"""

BY_THE_CLOCK = AUTOMATED | {"specialist_session_reminder", "specialist_feedback"}
"""What nobody waits for: it leaves after what somebody does."""

MARKETING = "marketing"
"""The purpose of a message that nobody asked for; every other serves what somebody has asked us."""

BY_HAND = frozenset({"client_words_of_staff", "client_consultation_reply"})
"""Words that a person of ours sends to one client: they may go where nobody has proven that it is his."""

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


class Language(NamedTuple):
    """How moments are told: names of months and weekdays, of zones, and the patterns that hold them."""

    months: list[str]
    weekdays: list[str]
    zones: dict[str, str]
    date: str
    moment: str
    own: str


@cache
def language_of(code: str) -> Language:
    """A language as its file in the templates' folder says it."""
    return Language(**json.loads((_TEMPLATES / code / "moments.json").read_text(encoding="utf-8")))


@cache
def template(name: str, language: str) -> tuple[str, list[list[Button]]]:
    """A template file: the text, then after a line ``---`` rows of buttons ``Label | action`` joined by ``||``."""
    raw = (_TEMPLATES / language / f"{name}.txt").read_text(encoding="utf-8")
    text, _, below = raw.partition("\n---\n")
    rows = [[_button(cell) for cell in line.split("||")] for line in below.splitlines() if line.strip()]
    return text.strip(), rows


def subject(name: str, language: str, values: Mapping[str, Any]) -> str:
    """What a mail is headed with: its own subject where it has one, else its template's, else the language's own."""
    known = subjects(language)
    return lines.one_line(str(values.get("subject") or known.get(name) or known[""]))


@cache
def subjects(language: str) -> dict[str, str]:
    """The subjects of a language by template; "" of all others."""
    found: dict[str, str] = json.loads((_TEMPLATES / language / "subjects.json").read_text(encoding="utf-8"))
    return found


def _button(cell: str) -> Button:
    label, _, action = cell.partition("|")
    return label.strip(), action.strip()


def render(
    name: str,
    language: str,
    values: Mapping[str, Any],
    zone: str | None = None,
    extra: Sequence[Sequence[Button]] = (),
    *,
    business: str = MOSCOW,
    said_at: datetime = _ANY_TIME,
) -> Rendered:
    """The text and its buttons. Values named ``…_at`` are moments; ``ref`` is what every button's action is about.

    `business` is the zone of moments, where the values name none; ``zone_name`` is what it is called when this is said.
    """
    text, rows = template(name, language)
    at = Telling(language, values.get("zone") or business, zone)
    said = {"zone_name": zone_name(at, said_at), **values}
    plain = _staffs if name in OUR_WORDS else _shown
    shown = _Missing({key: plain(key, value, at) for key, value in said.items() if value not in (None, "")})
    ref = values.get("ref", "")
    buttons = [[(label, f"{action}:{ref}") for label, action in row] for row in rows]
    told = _told(text, shown).format_map(shown).replace(f" \n{lines.QUOTE}", f"\n{lines.QUOTE}")
    return Rendered(told, buttons + [list(row) for row in extra])


def _told(text: str, known: Mapping[str, str]) -> str:
    """The template's lines; one that begins with ``? `` only where all that it names is known."""
    kept = (line.removeprefix("? ") for line in text.split("\n") if not line.startswith("? ") or _names(line) <= known.keys())
    return "\n".join(kept)


def _names(line: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(line) if name}


class Telling(NamedTuple):
    """In which language moments are told, in whose zone, and in which zone the reader lives where that is known."""

    language: str = RUSSIAN
    zone: str = MOSCOW
    own: str | None = None


RUSSIAN_IN_MOSCOW = Telling()


def _shown(key: str, value: Any, telling: Telling) -> str:
    if key.endswith("_at"):
        return moment(datetime.fromisoformat(value), telling)
    if isinstance(value, list):
        return "\n".join(lines.one_line(str(part)) for part in value)
    return lines.quoted(str(value)) if key in LONG else lines.one_line(str(value))


def _staffs(key: str, value: Any, telling: Telling) -> str:
    return lines.visible(str(value)) if key == "text" else _shown(key, value, telling)


def zone_name(telling: Telling, at: datetime) -> str:
    """What the zone of moments is called in the language: its own word where there is one."""
    known = language_of(telling.language).zones
    return known.get(telling.zone) or zones.short_name(ZoneInfo(telling.zone), at)


def moment(at: datetime, telling: Telling = RUSSIAN_IN_MOSCOW) -> str:
    """A moment for a person: the zone's time, and his own where it is known and reads differently."""
    words, there = language_of(telling.language), at.astimezone(ZoneInfo(telling.zone))
    text = words.moment.format(date=_date(there, words), time=f"{there:%H:%M}", zone=zone_name(telling, at))
    local = at.astimezone(ZoneInfo(telling.own)) if telling.own else there
    if local.utcoffset() == there.utcoffset():
        return text
    same_day = local.date() == there.date()
    own = f"{local:%H:%M}" if same_day else words.moment.format(date=_date(local, words), time=f"{local:%H:%M}", zone="").strip()
    return f"{text} {words.own.format(time=own)}"


def _date(day: datetime, words: Language) -> str:
    return words.date.format(day=day.day, month=words.months[day.month - 1], weekday=words.weekdays[day.weekday()])

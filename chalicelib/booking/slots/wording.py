"""How people write the time of a slot: ``27.11 18:00`` and what else forms and tables hold. Pure: no store, no clock."""

import re
import unicodedata
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib.core.patterns import pattern

MOSCOW = ZoneInfo("Europe/Moscow")
_DATE = r"(?P<day>\d{1,2})[./-](?P<month>\d{1,2})(?:[./-](?P<year>\d{4}|\d{2}))?"
_ISO_DATE = r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?:[t ]\d{2}:\d{2}\S*)?"
_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?::\d{2})?"
_UNTIL = r"(?:\s*(?:-|до)\s*\d{1,2}[:.]\d{2}(?::\d{2})?)?"
_FORMS = tuple(pattern(rf"{date}[\s,/]+{_TIME}{_UNTIL}") for date in (_DATE, _ISO_DATE))
_WEEKDAYS = r"пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье"
_NOISE = pattern(rf"[()]|\b(?:{_WEEKDAYS})\b\.?|\bг(?:ода|\.)|\b(?:во|в|с|at)\b")
_IN_MOSCOW = pattern(r"\b(?:мск|msk|по москве|московское время|по московскому времени)\b\.?")
_DASHES = pattern(r"[‐-―−]")
_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_MONTH = pattern(rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})[а-я]*\.?(?:\s+(\d{{4}}))?")
_AFTER_A_WEEKDAY = "".join(f"(?<!{end})" for end in ("пн", "вт", "ср", "чт", "пт", "сб", "вс", "ик", "да", "рг", "ца", "та", "ье"))
_DATE_AHEAD = r"(?=\D{0,20}\d{1,4}(?:[./-]\d{1,2}\b|\s[а-я]{3})[^;\n]{0,40}?\d{1,2}[:.]\d{2})"
_NEXT = pattern(rf"[;\n]|(?:{_AFTER_A_WEEKDAY},|\sи\s)\s*{_DATE_AHEAD}", re.IGNORECASE)
LONGEST = 5000
"""Characters of a text that is read for times: nobody chooses more."""

_LEAP_SEARCH = 9
"""Years within which any date that exists comes round: 29 February may skip eight (2096 to 2104)."""


class _Said(NamedTuple):
    """What a text says of a moment: no year where it names none, a zone where it names one."""

    year: int | None
    month: int
    day: int
    hour: int
    minute: int
    zone: ZoneInfo | None


def _read(text: str) -> _Said | None:
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text).casefold())
    plain = _MONTH.sub(_by_number, plain)
    bare = _IN_MOSCOW.sub(" ", plain)
    words = " ".join(_NOISE.sub(" ", bare).split()).strip(" ,;./")
    match = next((found for form in _FORMS if (found := form.fullmatch(words))), None)
    if match is None:
        return None
    said = match.groupdict()
    year = said.get("y") or said.get("year")
    full = int(year) + (2000 if len(year) == 2 else 0) if year else None
    month, day = said.get("m") or said.get("month"), said.get("d") or said.get("day")
    return _Said(full, int(month or 0), int(day or 0), int(said["hour"]), int(said["minute"]), MOSCOW if bare != plain else None)


def _by_number(match: re.Match[str]) -> str:
    number = _MONTHS.index(match.group(2)) + 1
    return f"{match.group(1)}.{number:02}" + (f".{match.group(3)}" if match.group(3) else "")


def parse_time(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """A moment from ``DD.MM HH:mm`` as people write it, or ISO; what names no zone is in `zone`. ValueError otherwise.

    Without a year it is the nearest such moment, past or coming: yesterday is never next year.
    """
    said = _read(text)
    if said is None:
        return _iso(text.strip(), zone)
    moments = _moments(said, now, zone)
    if not moments:
        raise ValueError("there is no such date")
    return min(moments, key=lambda moment: abs(moment - now))


def _moments(said: _Said, now: datetime, zone: ZoneInfo) -> list[datetime]:
    """The moment that is meant; without a year, such moments around now."""
    this = now.astimezone(said.zone or zone).year
    for years in ([said.year],) if said.year is not None else ([this, this + 1, this - 1], range(this - _LEAP_SEARCH, this + _LEAP_SEARCH)):
        found = [moment for year in years if (moment := _moment(said, year, zone))]
        if found:
            return found
    return []


def _moment(said: _Said, year: int, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime(year, said.month, said.day, said.hour, said.minute, tzinfo=said.zone or zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("expected DD.MM HH:mm or an ISO date and time") from error


def names_moment(text: str, moment: datetime, zone: ZoneInfo) -> bool:
    """Whether `text` means `moment`; a day without a year is compared without one."""
    said = _read(text)
    if said is not None and said.year is None:
        local = moment.astimezone(said.zone or zone)
        return (said.day, said.month, said.hour, said.minute) == (local.day, local.month, local.hour, local.minute)
    try:
        return parse_time(text, moment, zone) == moment
    except ValueError:
        return False


def is_time(text: str) -> bool:
    """Whether a text means a time, readable or not, and no slot's id."""
    return ":" in text or _read(text) is not None


def split_times(text: str) -> list[str]:
    """Several times in one text, parted by commas, semicolons or lines; a comma within a time parts nothing."""
    return [part for found in _NEXT.split(text[:LONGEST]) if (part := found.strip(" ,;\n"))]

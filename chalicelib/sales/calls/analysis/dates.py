"""The moment that words name, counted from a call's beginning in the business's zone; none where they name none. Pure.

A weekday alone is the next one after the call's day, one that is called next is that of the week after. A day without an hour is ten in
the morning; today it is an hour from the call on where ten has passed. Hours from one to seven without a part of the day are afternoon.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from chalicelib.core.patterns import pattern

MORNING: Final = time(10, 0)
FURTHEST: Final = 400
"""Days after the call beyond which a number that was said is no day that is meant."""

_CLOCK = pattern(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_DATE = pattern(r"(0?[1-9]|[12]\d|3[01])[.](0?[1-9]|1[0-2])(?:[.](\d{4}|\d{2}))?")
_DAY = pattern(r"(0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th|-го|го)?")
_HOUR = pattern(r"([01]?\d|2[0-3])")
_HOUR_PART = pattern(r"(0?[1-9]|1[0-2])(?:[:.]([0-5]\d))?(am|pm)")


@cache
def _lists(language: str) -> dict[str, Any]:
    """How a language names days and hours, by word."""
    text = (Path(__file__).parent / "data" / "dates.json").read_text(encoding="utf-8")
    said: dict[str, Any] = json.loads(text)["en" if language == "en" else "ru"]
    by_word = {name: {word: at for at, words in enumerate(said[name]) for word in words} for name in ("weekdays", "months")}
    units = {word: unit for unit, words in said["units"].items() for word in words}
    return {**said, **by_word, "units": units}


class _Named(NamedTuple):
    """What words name: a moment itself, or a day; and where the words end."""

    day: date | None = None
    moment: datetime | None = None
    end: int = 0


def named(words: Sequence[str], call: datetime, language: str, *, near: int = 0) -> datetime | None:
    """The moment that these words name, in the zone of `call`; of several the one that stands nearest to the word `near`."""
    said = _lists(language)
    found = {at: one for at in range(len(words)) if (one := _after(words, at, call, said) or _day(words, at, call, said)) is not None}
    if not found:
        return None
    at = min(found, key=lambda at: at - near if at >= near else near - at + 1)
    one = found[at]
    if one.moment is not None or one.day is None:
        return one.moment
    others = [other for other in found if other != at]
    first = max((other + 1 for other in others if other < at), default=0)
    last = min((other for other in others if other > at), default=len(words))
    return _at(one.day, _hour(words[first:last], said, within=(at - first, one.end - first)), call)


def _at(day: date, hour: time | None, call: datetime) -> datetime | None:
    moment = datetime.combine(day, hour or MORNING, call.tzinfo)
    if hour is None and day == call.date() and moment <= call:
        moment = call.replace(second=0, microsecond=0) + timedelta(hours=1)
    return moment if (day - call.date()).days <= FURTHEST else None


def _after(words: Sequence[str], at: int, call: datetime, said: dict[str, Any]) -> _Named | None:
    """«через два часа», «через неделю», "in two days"."""
    if words[at] not in said["in"]:
        return None
    rest = [word for word in words[at + 1 : at + 5] if word not in ("of",)]
    start = call.replace(second=0, microsecond=0)
    if rest and rest[0] in said["half_hour"]:
        return _Named(moment=start + timedelta(minutes=30), end=at + 2)
    number = _number(rest[0], said) if rest else None
    if rest and rest[0] in ("a", "an") and len(rest) > 1 and rest[1] == "couple":
        rest, number = rest[1:], 2
    unit = said["units"].get(rest[1]) if number is not None and len(rest) > 1 else said["units"].get(rest[0]) if rest else None
    many = number if number is not None and len(rest) > 1 and rest[1] in said["units"] else 1
    if unit is None or many > FURTHEST * 24 * 60:
        return None
    if unit in ("minute", "hour"):
        return _Named(moment=start + timedelta(**{f"{unit}s": min(many, FURTHEST * 24)}), end=at + 3)
    return _Named(day=call.date() + timedelta(days=min(many * (7 if unit == "week" else 1), FURTHEST)), end=at + 3)


def _number(word: str, said: dict[str, Any]) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 4 else said["numbers"].get(word)


def _day(words: Sequence[str], at: int, call: datetime, said: dict[str, Any]) -> _Named | None:
    word = words[at]
    if word in said["days"]:
        return _Named(day=call.date() + timedelta(days=_further(words, at, said["days"][word])), end=at + 1)
    if word in said["weekdays"]:
        return _weekday(words, at, call, said)
    numeric = _DATE.fullmatch(word)
    if numeric and not (at and words[at - 1] in said["at"] and not numeric[3] and int(numeric[1]) < 24 and _is_clock(words, at, said)):
        return _dated(int(numeric[1]), int(numeric[2]), numeric[3], call, at + 1)
    return _of_month(words, at, call, said)


def _further(words: Sequence[str], at: int, days: int) -> int:
    """ "the day after tomorrow" is one more."""
    return days + 1 if days == 1 and list(words[max(at - 2, 0) : at]) == ["day", "after"] else days


def _is_clock(words: Sequence[str], at: int, said: dict[str, Any]) -> bool:
    """Whether `10.30` after «в» is an hour: where it may be no day and month."""
    return _CLOCK.fullmatch(words[at]) is not None and len(words[at].rpartition(".")[2]) == 2 and int(words[at].rpartition(".")[2]) > 12


def _weekday(words: Sequence[str], at: int, call: datetime, said: dict[str, Any]) -> _Named | None:
    before = words[at - 1] if at else ""
    number = said["weekdays"][words[at]]
    if before in said["next"]:
        monday = call.date() - timedelta(days=call.weekday()) + timedelta(days=7)
        return _Named(day=monday + timedelta(days=number), end=at + 1)
    if before not in said["before_weekday"]:
        return None  # «понедельник — выходной» names no day to act on
    ahead = (number - call.weekday()) % 7 or 7
    return _Named(day=call.date() + timedelta(days=ahead), end=at + 1)


def _of_month(words: Sequence[str], at: int, call: datetime, said: dict[str, Any]) -> _Named | None:
    """«12 марта», «двенадцатого марта», «12 числа», "March 12", "the 12th of March"."""
    number = _ordinal(words[at], said)
    following = [word for word in words[at + 1 : at + 3] if word != "of"]
    if number is not None and following and following[0] in said["months"]:
        return _dated(number, said["months"][following[0]] + 1, _year(words, at + 2), call, at + 2)
    if number is not None and following and following[0] in said["day_words"]:
        return _in_month(number, call, at + 2)
    if words[at] in said["months"] and at + 1 < len(words) and (day := _DAY.fullmatch(words[at + 1])):
        return _dated(int(day[1]), said["months"][words[at]] + 1, _year(words, at + 2), call, at + 2)
    return None


def _ordinal(word: str, said: dict[str, Any]) -> int | None:
    found = _DAY.fullmatch(word)
    return int(found[1]) if found else said["ordinals"].get(word)


def _year(words: Sequence[str], at: int) -> str | None:
    return words[at] if at < len(words) and len(words[at]) == 4 and words[at].startswith("20") and words[at].isascii() else None


def _dated(day: int, month: int, year: str | None, call: datetime, end: int) -> _Named | None:
    """The day of a month; of no year the next one from the call on. None for a day that is in no calendar."""
    try:
        if year is not None:
            return _Named(day=date(int(year) + (2000 if len(year) == 2 else 0), month, day), end=end)
        found = date(call.year, month, day)
        return _Named(day=found if found >= call.date() else date(call.year + 1, month, day), end=end)
    except ValueError:
        return None


def _in_month(day: int, call: datetime, end: int) -> _Named | None:
    year, month = call.year, call.month
    if day < call.day:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return _dated(day, month, str(year), call, end)


def _hour(words: Sequence[str], said: dict[str, Any], *, within: tuple[int, int]) -> time | None:
    """The hour that words beside a day name, those after it first."""
    first, end = within
    places = [*range(end, min(end + 6, len(words))), *range(max(first - 5, 0), first)]
    return next((hour for place in places if (hour := _hour_at(words, place, said)) is not None), None)


def _hour_at(words: Sequence[str], at: int, said: dict[str, Any]) -> time | None:
    word, before = words[at], words[at - 1] if at else ""
    following = words[at + 1] if at + 1 < len(words) else ""
    if (part := _HOUR_PART.fullmatch(word)) is not None:
        return time(int(part[1]) % 12 + (12 if part[3] == "pm" else 0), int(part[2] or 0))
    if word in said["noon"]:
        return time(12, 0)
    if (clock := _CLOCK.fullmatch(word)) is not None and (":" in word or before in said["at"]):
        return _of_day(int(clock[1]), int(clock[2]), following, said, is_bare=False)
    number = int(word) if _HOUR.fullmatch(word) and word.isascii() else said["numbers"].get(word)
    marked = following in (*said["o_clock"], *said["morning"], *said["evening"])
    if number is None or not 0 <= number <= 23 or not (marked or (before in said["at"] and following not in said["units"])):
        return None
    after = words[at + 2] if following in said["o_clock"] and at + 2 < len(words) else following
    return _of_day(number, 0, after, said, is_bare=True)


def _of_day(hour: int, minute: int, part: str, said: dict[str, Any], *, is_bare: bool) -> time:
    """The hour of a day, by the part of it that is named."""
    if part in said["evening"] and hour < 12:
        hour += 12
    elif part in said["morning"]:
        hour %= 12
    elif is_bare and 1 <= hour <= 7:
        hour += 12
    return time(hour, minute)

"""How people write slot times, and who may take a slot. Pure: no store, no clock."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

_DAY_AND_TIME = re.compile(r"^\s*(\d{1,2})\.(\d{1,2})(?:\.(\d{4}))?\s*[/,]?\s+(\d{1,2}):(\d{2})(?::00)?\s*$")
NEAR = timedelta(hours=3)
"""Chosen times this close are looked for together, with the slots between them."""

MOST_SPANS = 5
"""The most pieces of time that one choice is looked for in."""

_LEAP_SEARCH = 9
"""Years within which any date that exists comes round: 29 February may skip eight (2096 to 2104)."""


@dataclass(frozen=True, slots=True)
class SlotRef:
    """What a booking needs to know of a slot."""

    slot_id: str
    specialist_id: str
    specialist_name: str
    start_at: datetime
    minutes: int

    @property
    def end_at(self) -> datetime:
        """When the slot's time is over."""
        return self.start_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a slot becomes: the ticket and session it serves, and the client with what people call him."""

    contour: str
    ticket_id: str
    session_id: str
    client_id: str
    lead_number: str | None = None
    client_name: str | None = None


def parse_time(text: str, now: datetime, zone: ZoneInfo) -> datetime:
    """A moment from ``DD.MM HH:mm`` (the next such one in `zone`) or ISO; naive ISO is in `zone`. ValueError otherwise."""
    match = _DAY_AND_TIME.match(text)
    if match is None:
        return _iso(text.strip(), zone)
    day, month, year, hour, minute = (int(part) if part else None for part in match.groups())
    years = [year] if year else range(now.astimezone(zone).year, now.astimezone(zone).year + _LEAP_SEARCH)
    for candidate in years:
        moment = _moment(candidate, month or 0, day or 0, hour or 0, minute or 0, zone)
        if moment and (year or moment >= now):
            return moment
    raise ValueError("there is no such date")


def _moment(year: int | None, month: int, day: int, hour: int, minute: int, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime(year or 0, month, day, hour, minute, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _iso(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("expected DD.MM HH:mm or an ISO date and time") from error


def names_moment(text: str, moment: datetime, zone: ZoneInfo) -> bool:
    """Whether `text` means `moment`; a day without a year is compared without one, so a past moment is found too."""
    match = _DAY_AND_TIME.match(text)
    if match and not match.group(3):
        local = moment.astimezone(zone)
        return tuple(int(part) for part in match.group(1, 2, 4, 5)) == (local.day, local.month, local.hour, local.minute)
    try:
        return parse_time(text, moment, zone) == moment
    except ValueError:
        return False


def day_text(moment: datetime, zone: ZoneInfo) -> str:
    """``DD.MM`` in the business zone."""
    local = moment.astimezone(zone)
    return f"{local.day:02}.{local.month:02}"  # strftime takes three times as long, and lists have hundreds of slots


def time_text(moment: datetime, zone: ZoneInfo) -> str:
    """``HH:mm`` in the business zone."""
    local = moment.astimezone(zone)
    return f"{local.hour:02}:{local.minute:02}"


def slot_text(moment: datetime, zone: ZoneInfo) -> str:
    """``DD.MM HH:mm`` in the business zone."""
    return f"{day_text(moment, zone)} {time_text(moment, zone)}"


def overlaps(one_start: datetime, one_minutes: int, others: Sequence[tuple[datetime, int]]) -> bool:
    """Whether a piece of time shares a minute with any of `others`."""
    end = one_start + timedelta(minutes=one_minutes)
    return any(start < end and one_start < start + timedelta(minutes=minutes) for start, minutes in others)


def spans(starts: Sequence[datetime], most: int = MOST_SPANS) -> list[tuple[datetime, datetime]]:
    """First and last of each run of neighbouring moments, cut at the widest gaps: a dense week between two times is not read."""
    moments = sorted(set(starts))
    gaps = sorted(((after - before, after) for before, after in pairwise(moments) if after - before > NEAR), reverse=True)
    cuts = sorted(after for _, after in gaps[: most - 1])
    runs = [[moment for moment in moments if sum(cut <= moment for cut in cuts) == place] for place in range(len(cuts) + 1)]
    return [(run[0], run[-1]) for run in runs if run]

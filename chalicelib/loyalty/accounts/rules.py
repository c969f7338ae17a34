"""What is shown and found of an account: facets, tags, points that end. Pure; kopecks and hundredths of a point."""

import calendar
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from chalicelib.company.rules import Level, level_of
from chalicelib.core.bitmaps.words import folded

LEVEL, TAG, CHANNEL, STATUS, SPENT, VISITS, GENDER, YEAR, BIRTHDAY, LAST, REFERRER, CONSENT = (
    f"loyalty.{name}"
    for name in (
        "level",
        "tag",
        "channel",
        "status",
        "spent",
        "visits",
        "gender",
        "birth_year",
        "birthday",
        "last",
        "referrer",
        "consent",
    )
)
FACETS: Final = (LEVEL, TAG, CHANNEL, STATUS, SPENT, VISITS, GENDER, YEAR, BIRTHDAY, LAST, REFERRER, CONSENT)
"""What loyalty finds clients by."""

TOGETHER: Final = (LEVEL, CHANNEL, GENDER, YEAR)
"""What figures ask for at once."""

THOUSAND: Final = 100_000
"""Kopecks of one step of what a client spent."""

MOST_STEPS, MOST_VISITS = 9_999_999, 20

CONSENTS: Final = {
    "consent_personal_data": "personal_data",
    "consent_marketing": "marketing",
    "consent_sms": "channel:sms",
    "consent_app_push": "channel:app_push",
    "consent_email": "channel:email",
}
"""What a panel calls an answer → the purpose that was asked about."""


def steps(spent: int) -> str:
    """How many whole thousands of roubles were spent, as a facet's value: texts in order are numbers in order."""
    return f"{min(max(spent, 0) // THOUSAND, MOST_STEPS):07d}"


def tag(text: str) -> str:
    """A tag as a facet's value: without case, and without what divides values."""
    return " ".join(folded(text).split()).replace("%", "%25").replace("#", "%23")


def described(said: Mapping[str, Any], consents: Mapping[str, str], levels: Sequence[Level]) -> set[str]:
    """In which facets a client is, from loyalty's attributes of his row and his answers."""
    spent, last = int(said.get("loyalty_spent", 0)), said.get("loyalty_last")
    birthday = said.get("loyalty_birthday")
    found = {
        LEVEL: level_of(levels, spent, said.get("loyalty_level")).code,
        STATUS: said.get("loyalty_status", "active"),
        SPENT: steps(spent),
        VISITS: f"{min(max(int(said.get('loyalty_visits', 0)), 0), MOST_VISITS):02d}",
        GENDER: said.get("loyalty_gender", "unknown"),
        CHANNEL: said.get("loyalty_channel"),
        YEAR: said.get("loyalty_birth_year"),
        REFERRER: said.get("loyalty_referrer"),
        BIRTHDAY: birthday and birthday[5:],
        LAST: last,
    }
    facets = {f"{name}#{value}" for name, value in found.items() if value is not None}
    facets |= {f"{TAG}#{tag(one)}" for one in said.get("loyalty_tags", ())}
    return facets | {f"{CONSENT}#{name}.{'yes' if consents.get(purpose) == 'yes' else 'no'}" for name, purpose in CONSENTS.items()}


def tags(said: Iterable[str]) -> set[str]:
    """Tags each once, whatever its case: the first writing stays."""
    kept: dict[str, str] = {}
    for one in said:
        kept.setdefault(tag(one), " ".join(one.split()))
    return {text for sign, text in kept.items() if sign}


class Ending(NamedTuple):
    """Points that end on a day."""

    amount: int
    day: str


def ending(lots: Iterable[Any], consumed: int) -> Ending | None:
    """What ends next: lots are consumed in the order of their ends, so what was consumed is of the first ones."""
    reached, amount, day = 0, 0, ""
    for lot in sorted((lot for lot in lots if lot.expires_on), key=lambda lot: lot.lot):
        if day and lot.expires_on != day:
            break
        left = max(reached + lot.amount - max(consumed, reached), 0)
        reached += lot.amount
        if left:
            amount, day = amount + min(left, lot.amount), lot.expires_on
    return Ending(amount, day) if amount else None


def year_of(birthday: str | None, said: Any) -> int | None:
    """The year of somebody's birth: his birthday's, else the one that was said alone."""
    return int(birthday[:4]) if birthday else int(said) if said else None


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar."""
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def month_end(day: date, months: int) -> date:
    """The day so many months later, clipped to its month's end."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def expires_on(day: str, life: int | None) -> str | None:
    """On which day points end that were given on `day`; None for never."""
    return month_end(date.fromisoformat(day), life).isoformat() if life else None

"""What the people index says of a client, and what a search means. Pure."""

import re
from collections.abc import Iterable, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.clients import contacts
from chalicelib.clients.index.places import contour, number_of, place, place_of
from chalicelib.clients.rules import national_of, phone_of
from chalicelib.core.bitmaps import Described, Wanted, words

__all__ = ["CREATED", "EVERYONE", "MOST_WORDS", "TELEGRAM", "contour", "number_of", "place", "place_of", "wanted"]

EVERYONE = "clients.person"
CREATED, CHANNEL, CONSENT, REFUSAL, TELEGRAM, STATUS = (
    f"clients.{name}" for name in ("created", "channel", "consent", "refusal", "has_telegram", "status")
)
FACETS = (EVERYONE, CREATED, CHANNEL, CONSENT, REFUSAL, TELEGRAM, STATUS)
"""What a client is found by today; other packages' facets are theirs to add."""

TOGETHER = (CREATED, TELEGRAM)
"""What figures ask for beside what other packages know of him."""

MOST_WORDS = 5
SHORTEST_PHONE = 10
"""Digits from which on a search is a telephone number, whatever stands between them."""

_PART_OF_PHONE = re.compile(r"\+?\(?\d[\d\s().\u2010-\u2015-]*")
"""Digits alone, in whatever groups: the beginning of a number, or of its last seven digits, or its last four."""

_PHONE_LINK = re.compile(
    r"(?:https?://)?(?:t(?:elegram)?\.me|telegram\.dog)/(?:\+|%2B)?(\d[\d\s().\u2010-\u2015-]*)/?(?:\?\S*)?", re.IGNORECASE
)
"""A link to whoever has a number at Telegram; no @name begins with a digit."""

_LEADING = re.compile(r"^8(?=9\d{3})")
"""How a Russian number begins that is dialled within the country."""


def channels(row: Any) -> list[str]:
    """By what he can be reached, as far as he said."""
    ways = {"telegram": row.telegram_id, "phone": row.phone, "email": row.email}
    return [name for name, said in ways.items() if said]


def status(row: Any) -> str:
    """Whether what goes by the clock is stopped."""
    return "paused" if row.paused_at else "active"


def described(row: Any, zone: ZoneInfo) -> Described:
    """In which facets a client is, and which words find him; one who was merged, and a row that is not yet whole, are in none."""
    if row.merged_into or not row.created_at:
        return Described()
    day = row.created_at.astimezone(zone).date().isoformat()
    facets = {f"{EVERYONE}#", f"{CREATED}#{day}", f"{STATUS}#{status(row)}", f"{TELEGRAM}#{'yes' if row.telegram_id else 'no'}"}
    facets |= {f"{CHANNEL}#{channel}" for channel in channels(row)}
    facets |= {f"{CONSENT if answer == 'yes' else REFUSAL}#{purpose}" for purpose, answer in row.consents.items()}
    return Described(frozenset(facets), words.fitting(_words(row)))


def _words(row: Any) -> set[str]:
    found = words.of_email(row.email) | _phone(row.phone)
    handles = words.of_handle(row.telegram_username) | words.of_handle(row.lead_number)
    return words.of_text("name", row.name) | found | handles | _before(row.was or ())


def _phone(phone: str | None) -> set[str]:
    return words.of_phone(phone, national_of(phone)) if phone else set()


def _before(signs: Iterable[str]) -> set[str]:
    """By what he was known before somebody else became him: his numbers, his phones, his addresses, his names at Telegram."""
    found: set[str] = set()
    for sign in signs:
        kind, _, value = sign.partition("#")
        found |= _phone(value) if kind == "phone" else words.of_email(value) if kind == "email" else words.of_handle(value)
    return found


def wanted(search: str, regions: Sequence[str]) -> list[Wanted]:
    """The words of a search, each of which must be met. A telephone number is one word, and so is a part of one, however it is written.

    `@anna` and a link to her at Telegram are a handle; a link to a number is the number.
    """
    if link := _PHONE_LINK.fullmatch(search.strip()):
        search = f"+{link[1]}"
    if len(words.digits_of(search)) >= SHORTEST_PHONE and (phone := phone_of(search, regions)):
        return [Wanted.of(phone.removeprefix("+"), "phone")]
    if _PART_OF_PHONE.fullmatch(search.strip()) and not search.strip().isdigit():
        return [Wanted.of(_LEADING.sub("", words.digits_of(search)), "phone")]
    return [_wanted(text, regions) for text in search.split()]


def _wanted(text: str, regions: Sequence[str]) -> Wanted:
    if "/" in text and (names := contacts.find(text, regions).usernames):
        return Wanted.of(names[0], "handle")
    if _PART_OF_PHONE.fullmatch(text) and not text.isdigit():
        return Wanted.of(_LEADING.sub("", words.digits_of(text)), "phone")
    if text.startswith("@") and "." not in text:
        return Wanted.of(text[1:], "handle")
    return Wanted.of(text.removeprefix("@").removeprefix("+"))  # @firm.example is a domain: no name at Telegram has a dot

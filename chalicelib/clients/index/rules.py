"""What the people index says of a client, and what a search means. Pure."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.clients.rules import contour_of, phone_of
from chalicelib.core.bitmaps import Described, Wanted, words

EVERYONE = "clients.person"
CREATED, CHANNEL, CONSENT, REFUSAL, TELEGRAM, STATUS = (
    f"clients.{name}" for name in ("created", "channel", "consent", "refusal", "has_telegram", "status")
)
FACETS = (EVERYONE, CREATED, CHANNEL, CONSENT, REFUSAL, TELEGRAM, STATUS)
"""What a client is found by today; other packages' facets are theirs to add."""

MOST_WORDS = 5
SHORTEST_PHONE = 10
"""Digits from which on a search is a telephone number, whatever stands between them."""

_NUMBER = 10


def number_of(lead_number: str) -> int:
    """The id of a client: the digits of his lead number."""
    return int("".join(mark for mark in lead_number if mark.isdigit()))


def place(contour: str, number: int) -> str:
    """Where his row stands; each contour has numbers of its own."""
    return f"{contour}#{number:0{_NUMBER}d}"


def place_of(lead_number: str) -> str:
    """The same by the number as people write it."""
    return place(contour_of(lead_number), number_of(lead_number))


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
    contacts = words.of_email(row.email) | words.of_phone(row.phone)
    handles = words.of_handle(row.telegram_username) | words.of_handle(row.lead_number)
    return words.of_text("name", row.name) | contacts | handles


def wanted(search: str, regions: Sequence[str]) -> list[Wanted]:
    """The words of a search, each of which must be met. A telephone number is one word, however it is written; `@anna` is a handle."""
    if sum(mark.isdigit() for mark in search) >= SHORTEST_PHONE and (phone := phone_of(search, regions)):
        return [Wanted.of(phone.removeprefix("+"), "phone")]
    return [_wanted(text) for text in search.split()]


def _wanted(text: str) -> Wanted:
    return Wanted.of(text[1:], "handle") if text.startswith("@") else Wanted.of(text.removeprefix("+"))

"""What a message may become, how its ledger's end reads, and by what lists find it. Pure."""

from typing import Any, Literal, get_args

from chalicelib.core.bitmaps import Described, Wanted, words

Type = Literal["email", "telegram", "sms", "whatsapp", "vk", "max", "linkedin", "call"]
Status = Literal["draft", "queued", "sent", "delivered", "failed", "cancelled"]
Purpose = Literal["service", "marketing"]
Language = Literal["ru", "en", "uz"]

BY_HAND = frozenset({"whatsapp", "linkedin", "call"})
"""Types that people send with their own hands: kept here, sent by nothing of ours."""

CHANNELS = frozenset(get_args(Type)) - BY_HAND
OPEN = frozenset({"draft", "failed"})
"""Statuses in which a message is written, deleted and sent."""

SETTLED = frozenset({"sent", "delivered", "cancelled"})

ALL, LEAD, TYPE, STATUS, OWNER, AUTHOR, CREATED = (
    f"messages.{name}" for name in ("message", "lead", "type", "status", "owner", "author", "created")
)
FACETS = (ALL, LEAD, TYPE, STATUS, OWNER, AUTHOR, CREATED)

MOST_WORDS = 120
"""Words of subject and body by which a message is found."""

STATUSES = {"queued": "queued", "sent": "sent", "recorded": "sent", "taken_back": "cancelled"}
"""A message's status by how its letter stands in the ledger; everything else has failed."""

REASONS = {"skipped": "withheld", "dead": "address_dead", "failed": "given_up", "taken_back": "taken_back"}
"""Why it has not reached the client, by the same."""


def status(ending: str) -> str:
    """The status of a message whose letter ended so."""
    return STATUSES.get(ending, "failed")


def described(row: Any, created_on: str) -> Described:
    """In which facets a message is, and which words find it; one that is gone, or whose lead is, is in none."""
    if row.removed_at or row.lead_removed:
        return Described()
    said = {
        ALL: "",
        LEAD: str(int(str(row.lead).rpartition("#")[2])),
        TYPE: row.message_type,
        STATUS: row.status,
        OWNER: str(int(row.owner or 0)),
        AUTHOR: str(int(row.created_by)),
        CREATED: created_on,
    }
    facets = frozenset(f"{facet}#{value}" for facet, value in said.items())
    return Described(facets, words.first_of("text", row.subject, row.body, most=MOST_WORDS))


def wanted(search: str) -> list[Wanted]:
    """The words of a search: each must begin a word of subject or body. Marks alone say nothing."""
    found = (Wanted.of(word, "text") for word in search.split())
    return [word for word in found if word.word]

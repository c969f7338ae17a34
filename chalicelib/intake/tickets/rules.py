"""What a ticket keeps of a form. Pure: no store, no clock."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

GOOD_FOR = timedelta(days=30)
"""How long a bare ticket id opens something: from the end of its session, or from its making where there is none."""

MOST_KEPT = 100_000
"""Bytes of answers on a ticket: a row holds 400 KB with everything else on it, and a site form says a tenth of this."""


def kept_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that fit a ticket, in their order; what is too long for it stays in the raw request."""
    room, kept = MOST_KEPT, {}
    for name, value in answers.items():
        size = len(json.dumps([name, value]))  # as the store writes it: six bytes for a Cyrillic letter
        if size <= room:
            kept[name] = value
            room -= size
    return kept


def is_over(made_at: datetime, session_end: datetime | None, now: datetime) -> bool:
    """Whether a bare ticket id opens nothing any more: links are forwarded, and mailboxes outlive their owners' caution."""
    return now > (session_end or made_at) + GOOD_FOR


def masked_phone(number: str | None) -> str | None:
    """``+7 *** ***-15-67``: enough to know one's own number again. Country codes longer than one digit are hidden too."""
    if not number:
        return None
    country = number[:2] if number[:2] in ("+7", "+1") else "+***"
    return f"{country} *** ***-{number[-4:-2]}-{number[-2:]}"


def masked_email(address: str | None) -> str | None:
    """``a***@mail.ru``."""
    return f"{address[:1]}***@{address.rpartition('@')[2]}" if address else None


def masked(text: str | None) -> str | None:
    """The first letter: ``a***``."""
    return f"{text[:1]}***" if text else None


def initial(name: str | None) -> str | None:
    """``А.`` of Анна."""
    return f"{name.strip()[:1].upper()}." if name and name.strip() else None

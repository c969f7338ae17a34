"""Clients of the old panel's file: who they are, what the panel kept of them, and what they have."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from chalicelib.clients.service import person_from
from chalicelib.loyalty.accounts.rules import tags
from chalicelib.loyalty.imports.rules import Newcomer
from scripts.importing.old_values import Row, amount, ident, moment, text, words
from scripts.importing.table import BadCell
from scripts.importing.tills import Arrival

TEXTS = {
    **dict.fromkeys(("vk_username", "instagram_username", "facebook_username", "max_username"), 128),
    "whatsapp_phone": 32,
    "address": 400,
    "notes": 2000,
}
"""What is kept as it is, and how long it may be."""

CONSENTS = {
    "consent_personal_data": "personal_data",
    "consent_marketing": "marketing",
    "consent_sms": "channel:sms",
    "consent_app_push": "channel:app_push",
    "consent_email": "channel:email",
}
PARENTS = ("referrer_client_id", "referrer_id", "referred_by_client_id", "referred_by_id", "inviter_id", "parent_client_id", "parent_id")
CHILDREN = ("referred_client_id", "referral_client_id", "referred_id", "invited_id", "child_client_id", "child_id", "client_id")
CHANNELS = ("acquisition_channel_id", "traffic_channel_id")
POINTS = ("points_balance", "bonus_balance", "points")
VERSION = "import"


def brought(row: Row) -> tuple[str | None, str | None]:
    """Whom a row of referrals names, and who brought him."""
    return _first(row, CHILDREN), _first(row, PARENTS)


def _first(row: Row, fields: Sequence[str]) -> str | None:
    return next((found for field in fields if (found := ident(row, field))), None)


def arrival(line: int, row: Row, channels: Mapping[str, int | None], parents: Mapping[str, str]) -> Arrival:
    """A client as his row says. Raises BadCell."""
    name = ident(row, "id")
    if name is None:
        raise BadCell("id", "is empty")
    points = next((found for field in POINTS if (found := amount(row, field))), 0)
    spent, visits = amount(row, "total_spent_rub"), amount(row, "visits_count", 1)
    if min(points, spent, visits) < 0:
        raise BadCell("points_balance" if points < 0 else "total_spent_rub" if spent < 0 else "visits_count", "is below zero")
    said = {field: value for field, value in _said(row, channels).items() if value is not None}
    one = Newcomer(source=f"sqlite#clients#{name}", person=_person(row, name), points=points, spent=spent, visits=visits, said=said)
    return Arrival(line, name, _first(row, PARENTS) or parents.get(name), one)


def _person(row: Row, name: str) -> Any:
    """Who he is. A yes was given; a no of the old panel is mostly a question that nobody asked."""
    given = tuple((purpose, True, VERSION) for field, purpose in CONSENTS.items() if row.get(field) in (1, True, "1", "true"))
    return person_from(
        phone=text(row, "phone", 60),
        email=text(row, "email", 254),
        telegram=ident(row, "tg_id"),
        others=[found] if (found := _handle(row)) else [],
        name=text(row, "full_name") or text(row, "username"),
        external=("sqlite", f"clients#{name}"),
        consents=given,
    )


def _handle(row: Row) -> str | None:
    name = text(row, "telegram_username", 64) or text(row, "username", 64)
    return f"@{name.removeprefix('@')}" if name else None


def _said(row: Row, channels: Mapping[str, int | None]) -> dict[str, Any]:
    """What the panel kept of him, by the names of his account."""
    day = _day(row)
    year = row.get("birth_year")
    channel = _first(row, CHANNELS)
    return {
        **{field: text(row, field, longest) for field, longest in TEXTS.items()},
        "birthday": day.isoformat() if day else None,
        "birth_year": year if isinstance(year, int) and 1900 <= year <= 2100 else day.year if day else None,
        "gender": row.get("gender") if row.get("gender") in ("male", "female") else None,
        "blocked": True if row.get("status") == "blocked" else None,
        "channel": channels.get(channel) if channel else None,
        "last_visit_at": moment(row, "last_visit_at"),
        "tags": tags(words(row, "tags")[:50]) or None,
    }


def _day(row: Row) -> date | None:
    try:
        return date.fromisoformat(str(row.get("birthday"))[:10])
    except ValueError:
        return None

"""What a hook names, and whether it is the CRM's word: pure."""

import hmac
from base64 import b64encode
from collections.abc import Mapping
from re import compile as pattern
from typing import Any, Final, NamedTuple

MOST: Final = 20
"""Leads that one hook may name; a run looks for more."""

WITHIN: Final = 300
"""Seconds for which a signed hook is believed."""

_AMO = pattern(r"(leads|contacts)\[(?:add|update|delete|status|responsible|restore)\]\[\d+\]\[id\]")


class Named(NamedTuple):
    """Which leads of theirs to look at; `other` where something else changed, which a run finds."""

    leads: list[str]
    other: bool = False


def named(crm_type: str, said: Mapping[str, Any]) -> Named:
    """What a hook says that changed; nothing where it is none of what is kept in step."""
    found = {"amocrm": _of_amo, "bitrix24": _of_bitrix, "hubspot": _of_hubspot}[crm_type](said)
    ids = [one for one in dict.fromkeys(found.leads) if one.isascii() and one.isdecimal() and len(one) <= 18 and int(one)]
    return Named(ids[:MOST], found.other or len(ids) > MOST)


def _of_amo(said: Mapping[str, Any]) -> Named:
    found = [(match[1], str(value)) for name, value in said.items() if (match := _AMO.fullmatch(name))]
    return Named([value for what, value in found if what == "leads"], any(what == "contacts" for what, _ in found))


def _of_bitrix(said: Mapping[str, Any]) -> Named:
    event, data = str(said.get("event") or "").upper(), said.get("data")
    number = said.get("data[FIELDS][ID]")
    if isinstance(data, dict) and isinstance(data.get("FIELDS"), dict):
        number = data["FIELDS"].get("ID")
    return Named([str(number)] if event.startswith("ONCRMLEAD") and number else [])


def _of_hubspot(said: Mapping[str, Any]) -> Named:
    events = said.get("events") if isinstance(said.get("events"), list) else []
    ours = [one for one in events or [] if isinstance(one, dict) and str(one.get("subscriptionType")).startswith(("contact.", "object."))]
    return Named([str(one.get("objectId")) for one in ours])


def application_token(said: Mapping[str, Any]) -> str:
    """What a hook of Bitrix24's shows of itself."""
    auth = said.get("auth")
    told = auth.get("application_token") if isinstance(auth, dict) else said.get("auth[application_token]")
    return told if isinstance(told, str) else ""


def is_signed(secret: str, *, method: str, urls: list[str], body: bytes, stamp: str, signature: str, now: float) -> bool:
    """Whether HubSpot signed it a moment ago, by one of the addresses that we have."""
    if not (secret and stamp.isascii() and stamp.isdecimal() and len(stamp) < 15) or abs(now - int(stamp) / 1000) > WITHIN:
        return False
    made = [hmac.new(secret.encode(), f"{method}{url}".encode() + body + stamp.encode(), "sha256").digest() for url in urls]
    return any(hmac.compare_digest(b64encode(one).decode(), signature) for one in made)

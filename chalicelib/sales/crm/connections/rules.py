"""Connections by their values alone: which addresses may be called, which fields go where, what is shown of a secret."""

import hmac
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any, Final, Literal
from urllib.parse import urlsplit

CrmType = Literal["amocrm", "bitrix24", "hubspot"]
Direction = Literal["push", "pull", "bidirectional"]
Owner = Literal["ours", "theirs", "newest"]
Field = Literal["name", "phone", "email", "company", "stage", "amount", "assigned_to"]
Mode = Literal["sync", "full", "compare", "repair"]
CheckState = Literal["pending", "ok", "failed"]
RunState = Literal["running", "done", "failed", "stopped"]

CRMS: Final = ("amocrm", "bitrix24", "hubspot")
SECRETS: Final = ("access_token", "refresh_token", "client_id", "client_secret", "redirect_uri", "webhook_url", "application_token")
NEEDED: Final[Mapping[str, str]] = {"amocrm": "access_token", "bitrix24": "webhook_url", "hubspot": "access_token"}
"""The secret without which a CRM cannot be asked."""

HOSTS: Final[Mapping[str, tuple[str, ...]]] = {
    "amocrm": (".amocrm.ru", ".amocrm.com", ".kommo.com"),
    "bitrix24": (".bitrix24.ru", ".bitrix24.com", ".bitrix24.kz", ".bitrix24.by", ".bitrix24.uz", ".bitrix24.eu"),
    "hubspot": ("api.hubapi.com",),
}
"""Whose hosts they are; what begins with a dot is an account's own below it."""

BASES: Final[Mapping[str, str]] = {"hubspot": "https://api.hubapi.com"}
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})

OWNERS: Final[Mapping[str, Owner]] = {
    **dict.fromkeys(("name", "phone", "email", "company"), "newest"),
    **dict.fromkeys(("stage", "amount", "assigned_to"), "theirs"),
}
"""Who decides where both sides changed a field."""

PARTS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("name", "phone", "email"), "sync_contacts"),
    **dict.fromkeys(("stage", "amount", "assigned_to"), "sync_deals"),
    "company": "sync_companies",
}
"""Which switch of a connection a field goes by."""

SHOWN = 4


def address_fault(crm_type: str, url: str, *, hosts: Collection[str], loopback: bool) -> str | None:
    """What is expected of an address that may not be called; None for one that may. `hosts` are others that the house allows."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".").lower()
    if loopback and host in LOOPBACK and parts.scheme in ("http", "https"):
        return None
    if parts.scheme != "https" or parts.username is not None or parts.password is not None:
        return "expected an address that begins with https://"
    if parts.port not in (None, 443) or parts.query or parts.fragment:
        return "expected an address without a port, a query and a fragment"
    if host in hosts or any(_is_of(host, one) for one in HOSTS[crm_type]):
        return None
    return f"expected a host of {crm_type}, or one of CRM_HOSTS"


def _is_of(host: str, one: str) -> bool:
    return host.endswith(one) and host != one if one.startswith(".") else host == one


def base_of(url: str) -> str:
    """An address as it is kept: without what leads further."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def hint(secrets: Mapping[str, str], crm_type: str) -> str | None:
    """The last characters of the secret that counts."""
    said = secrets.get(NEEDED[crm_type], "").rstrip("/")
    return said[-SHOWN:] or None


def digest(secret: str | None) -> str | None:
    """What is kept of a word that hooks are known by: nobody guesses it from this, for it is long and random."""
    return sha256(secret.encode()).hexdigest() if secret else None


def hook_token(key: str, number: int, nonce: str) -> str:
    """The secret in the address of a connection's hooks: made anew each time, and kept nowhere."""
    return hmac.new(key.encode(), f"crm-hook#{number}#{nonce}".encode(), "sha256").hexdigest()[:40]


def owner(mapping: Mapping[str, Any] | None, field: str) -> Owner:
    """Who decides where both changed it."""
    said: Owner | None = ((mapping or {}).get(field) or {}).get("owner")
    return said or OWNERS[field]


def fields(row: Any) -> tuple[str, ...]:
    """What a connection keeps in step; whose a lead is only where it says which of theirs is which of ours."""
    asked = [field for field, part in PARTS.items() if getattr(row, part)]
    mapped = ((row.field_mapping or {}).get("assigned_to") or {}).get("values")
    return tuple(field for field in asked if field != "assigned_to" or mapped)


def pulls(row: Any) -> bool:
    """Whether what changes there is taken here."""
    return row.sync_direction in ("pull", "bidirectional")


def pushes(row: Any) -> bool:
    """Whether what changes here is told there."""
    return row.sync_direction in ("push", "bidirectional")


def status(row: Any) -> str:
    """A connection in one word: off, or how its last test went."""
    return str((row.check or {}).get("state", "pending")) if row.is_active else "off"

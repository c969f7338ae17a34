"""What a request says of a client, and by which names he is found. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from chalicelib.clients.rules import Person
from chalicelib.consultations.accounts.schemas import ClientFields
from chalicelib.core.patterns import pattern

PROFILE = (
    "country",
    "region",
    "city",
    "org_inn",
    "org_id",
    "subs_id",
    "subs_start",
    "subs_end",
    "tariff_id",
    "tariffperiod_id",
    "cl_ref_key",
)
"""What an account keeps of a request as it is."""

HASHES, OWNERS = "client_id_hash", "consultations-owner"
OFFICE_ONLY = ("cl_ref_key",)
"""What only a back end may say: naming a row of 1C writes to it."""

_INN = pattern(r"\d{9,14}")


def profile(fields: ClientFields, *, trusted: bool) -> dict[str, object]:
    """What the request says; what is empty in it is not said, and not what its caller may not say."""
    names = [name for name in PROFILE if trusted or name not in OFFICE_ONLY]
    return {name: value for name in names if (value := getattr(fields, name)) is not None}


def filling(said: Mapping[str, object], account: object) -> dict[str, object]:
    """What is said of that of which nothing is known."""
    return {name: value for name, value in said.items() if getattr(account, name) is None}


def contacts(person: Person) -> dict[str, str]:
    """The contacts that were said."""
    return {name: value for name, value in (("email", person.email), ("phone", person.phone)) if value}


def differs(said: Mapping[str, object], account: object) -> bool:
    """Whether something else is known than is said."""
    return any(known not in (None, value) for name, value in said.items() for known in (getattr(account, name, None),))


@dataclass(frozen=True, slots=True)
class Reach:
    """What a client is called, and his contacts. By typed ones nothing is looked up that another made."""

    name: str
    phone: str | None
    email: str | None
    is_typed: bool


def hash_key(client_id_hash: str) -> tuple[str, str]:
    """The external key that a hash is. Only its digest is looked up, so that how long that takes tells nothing of the hash."""
    return HASHES, sha256(client_id_hash.encode()).hexdigest()


def owner_key(subject: str) -> tuple[str, str]:
    """The external key by which a person's account is found: it makes two first requests of his one account."""
    return OWNERS, subject


def inn_of(text: str | None) -> str | None:
    """A taxpayer's number as a sign of who somebody is: digits only; None for what is no number."""
    digits = (text or "").replace(" ", "")
    return digits if _INN.fullmatch(digits) else None


def regions(country: str | None, tenant: list[str]) -> list[str]:
    """Where a phone without a country code is looked for: the named country first, then the tenant's in order."""
    named = (country or "").strip().upper()
    return [named, *tenant] if re.fullmatch(r"[A-Z]{2}", named) else tenant

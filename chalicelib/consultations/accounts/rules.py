"""What a request says of a client, and by which names he is found. Pure."""

import re
from hashlib import sha256

from chalicelib.consultations.accounts.schemas import ClientFields

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

HASHES = "client_id_hash"
_INN = re.compile(r"\d{9,14}")


def profile(fields: ClientFields) -> dict[str, object]:
    """What the request says; what is empty in it is not said."""
    return {name: value for name in PROFILE if (value := getattr(fields, name)) is not None}


def hash_key(client_id_hash: str) -> tuple[str, str]:
    """The external key that a hash is. Only its digest is looked up, so that how long that takes tells nothing of the hash."""
    return HASHES, sha256(client_id_hash.encode()).hexdigest()


def inn_of(text: str | None) -> str | None:
    """A taxpayer's number as a sign of who somebody is: digits only; None for what is no number."""
    digits = (text or "").replace(" ", "")
    return digits if _INN.fullmatch(digits) else None


def regions(country: str | None, tenant: list[str]) -> list[str]:
    """Where a phone without a country code is looked for: the named country first, then the tenant's in order."""
    named = (country or "").strip().upper()
    return [named, *tenant] if re.fullmatch(r"[A-Z]{2}", named) else tenant

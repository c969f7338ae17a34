"""Codes of certificates, and what one is worth at a moment. Pure; amounts in kopecks."""

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, cast

from chalicelib.core.amounts import shown
from chalicelib.loyalty.certificates.errors import CertificateExpired, CertificateNotYours, CertificateShort, CertificateUnknown

Status = Literal["active", "redeemed", "expired", "cancelled"]
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: none of them is taken for another, read from paper or by telephone."""

LENGTH, SHOWN = 12, 4
REVIVED: Final = timedelta(days=30)
"""How long one lives at least that gets money back."""

_MEANT: Final = str.maketrans("OIL", "011", "- ")


def new_code(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """A code that nobody guesses: sixty bits."""
    return "".join(choose(LETTERS) for _ in range(LENGTH))


def code_of(text: str) -> str | None:
    """The code that somebody typed, dashes and case aside; None for what can be none."""
    code = text.upper().translate(_MEANT)
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None


def written(code: str, *, whole: bool = True) -> str:
    """As people read it, or its last letters alone."""
    groups = [code[start : start + SHOWN] for start in range(0, LENGTH, SHOWN)]
    return "-".join(groups if whole else ["*" * SHOWN, "*" * SHOWN, groups[-1]])


def status(row: Any, at: datetime) -> Status:
    """active, redeemed, expired or cancelled."""
    is_over = row.status == "active" and row.expires_at is not None and row.expires_at <= at
    return "expired" if is_over else cast(Status, row.status)


def taken(row: Any, *, client: str, amount: int | None, most: int | None, at: datetime) -> int:
    """What a bill takes of it: the amount, or all there is, `most` at most. Raises what forbids it.

    Whose it is comes first: what is on another's certificate is not told.
    """
    if row is None:
        raise CertificateUnknown({"field": "certificate_code"})
    if row.client not in (None, client):
        raise CertificateNotYours({"field": "certificate_code"})
    if status(row, at) in ("expired", "cancelled"):
        raise CertificateExpired({"field": "certificate_code"})
    whole = row.balance if most is None else min(row.balance, most)
    if row.balance <= 0 or (amount or 0) > row.balance:
        raise CertificateShort({"field": "certificate_code", "balance": shown(int(row.balance))})
    return int(whole if amount is None else amount)

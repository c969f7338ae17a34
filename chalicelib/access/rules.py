"""What a code is, and when another may be sent. Pure: no store, no clock."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

DIGITS = 6
GOOD_FOR = timedelta(minutes=5)
MOST_TRIES = 5
PAUSE = timedelta(seconds=60)
"""How long nobody can have another code sent to the same account."""

KEPT = timedelta(days=2)
"""How long a row is kept to count a day's codes."""

MOST_A_DAY = 10
"""Codes to one account in a UTC day: fifty guesses among a million."""


def holder(telegram_id: str, contour: str) -> str:
    """Whose code it is: the test contour's people are nobody in the live one."""
    return f"{contour}#{telegram_id}"


def code(secret: str, whose: str, nonce: str) -> str:
    """Six digits that nobody without the secret can tell, made anew wherever they are needed."""
    digest = hmac.digest(secret.encode(), f"login-code\x1f{whose}\x1f{nonce}".encode(), sha256)
    return str(int.from_bytes(digest[:8], "big") % 10**DIGITS).zfill(DIGITS)


def may_send(sent_at: datetime, day: str, sent_on_day: int, now: datetime) -> bool:
    """Whether another code may follow one sent then."""
    return now - sent_at >= PAUSE and (day != day_of(now) or sent_on_day < MOST_A_DAY)


def day_of(now: datetime) -> str:
    """The day whose codes are counted together."""
    return now.date().isoformat()

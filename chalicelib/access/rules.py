"""What a code is, and when another may be sent. Pure: no store, no clock."""

import hmac
from datetime import datetime, timedelta
from hashlib import sha256

DIGITS = 6
GOOD_FOR = timedelta(minutes=5)
MOST_TRIES = 30
"""Guesses at one code from everywhere, among a million."""

TRIES_AN_ADDRESS = 5
"""Guesses at one code from one address: who is not the owner does not use the code up for him."""

PAUSE = timedelta(seconds=60)
"""How long nobody can have another code sent to the same account."""

KEPT = timedelta(days=2)
"""How long a row is kept to count a day's codes."""

MOST_A_DAY = 10
"""Codes to one account in a UTC day that may follow each other at once."""

SLOW_PAUSE = timedelta(minutes=15)
"""Between two codes after those: were there none at all, a stranger could keep the owner out until midnight. So there are at most 106
codes a day, and 3,180 guesses among a million for whoever has hundreds of addresses."""

WORTH_TELLING = timedelta(minutes=2)
"""A code that is good for so long yet is told again, rather than another in its place."""


def holder(telegram_id: str, contour: str) -> str:
    """Whose code it is: the test contour's people are nobody in the live one."""
    return f"{contour}#{telegram_id}"


def code(secret: str, whose: str, nonce: str) -> str:
    """Six digits that nobody without the secret can tell, made anew wherever they are needed."""
    digest = hmac.digest(secret.encode(), f"login-code\x1f{whose}\x1f{nonce}".encode(), sha256)
    return str(int.from_bytes(digest[:8], "big") % 10**DIGITS).zfill(DIGITS)


def may_send(sent_at: datetime, day: str, sent_on_day: int, now: datetime) -> bool:
    """Whether another code may follow one sent then."""
    return now - sent_at >= (SLOW_PAUSE if day == day_of(now) and sent_on_day >= MOST_A_DAY else PAUSE)


def day_of(now: datetime) -> str:
    """The day whose codes are counted together."""
    return now.date().isoformat()

"""How often a code may be asked for and tried, and what subscriptions come to. Pure: no store, no clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from chalicelib.gocrm.cabinet.schemas import SubscriptionCard, Totals

PAUSE = timedelta(seconds=60)
"""Between two codes for one phone."""

PER_DAY = 5
"""Codes for one phone on one day that may follow each other at once."""

SLOW_PAUSE = timedelta(hours=2)
"""Between two codes for a phone after those: were there none at all, a stranger could keep its owner out until midnight."""

PER_ADDRESS = 20
"""Codes that may be asked for from one address on one day, for whatever phones: each is an SMS at the club's cost."""

GOOD_FOR = timedelta(minutes=10)
TRIES = 15
"""Guesses at one code from everywhere: at most 255 a day at one phone, however many addresses they come from."""

TRIES_AN_ADDRESS = 5
"""Guesses at one code from one address: two strangers do not use up the owner's."""

LIFETIME = timedelta(hours=1)
LINK_LIFETIME = timedelta(minutes=30)
MAKING = timedelta(seconds=30)
"""How long somebody may be making a link before another one may try."""

SHOWN = 5
"""Free windows that a refusal names."""


def digest(*parts: str) -> str:
    """What stands for a secret or a person in a key."""
    return sha256("\x1f".join(parts).encode()).hexdigest()


def may_ask(asked_at: datetime, on_day: int, *, same_day: bool, now: datetime) -> bool:
    """Whether one more code may be sent to a phone."""
    return now - asked_at >= (SLOW_PAUSE if same_day and on_day >= PER_DAY else PAUSE)


def totals(subscriptions: Sequence[SubscriptionCard]) -> Totals:
    """Lessons in all, left and used, of those whose numbers are told."""
    told = [one for one in subscriptions if one.numberExercise is not None and one.balance is not None]
    return Totals(
        numberExercise=sum(one.numberExercise or 0 for one in told),
        balance=sum(one.balance or 0 for one in told),
        used=sum(one.used or 0 for one in told),
    )

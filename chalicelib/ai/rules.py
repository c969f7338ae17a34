"""What a call can cost, and what it did; which input is the same. Pure."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_CEILING, Decimal
from hashlib import sha256
from typing import Any, Final, Literal, NamedTuple

State = Literal["queued", "running", "done", "failed", "over_budget", "insufficient_evidence"]
Purpose = Literal["score", "email", "call", "forecast"]

UNFINISHED: Final = ("queued", "running")
MICRO: Final = 10**6
"""Parts of a dollar. A price is of a million tokens, so a token costs as many parts as a million of them cost dollars."""

MOST_CALLS: Final = 5
"""Calls of one job: what was lost with its answer stays spent, so nobody asks for ever."""

MOST_MALFORMED: Final = 2
LAPSES: Final = timedelta(hours=1)
KEPT_JOBS, KEPT_CALLS = timedelta(days=30), timedelta(days=400)


class Prices(NamedTuple):
    """Dollars a million tokens."""

    input: Decimal
    output: Decimal


class Used(NamedTuple):
    """Tokens that a call took."""

    input: int
    output: int


def most(prices: Prices, size: int, max_tokens: int) -> int:
    """The most that a request of so many bytes can cost, in millionths of a dollar: a token has a byte at least."""
    return cost(prices, Used(size, max_tokens))


def cost(prices: Prices, used: Used) -> int:
    """What tokens cost, in millionths of a dollar, parts of one rounded up."""
    return int((prices.input * used.input + prices.output * used.output).to_integral_value(ROUND_CEILING))


def micro(dollars: Decimal) -> int:
    """Dollars in millionths, rounded down: a budget is never more than was said."""
    return int(dollars * MICRO)


def dollars(parts: float) -> float:
    """Millionths as dollars."""
    return round(int(parts) / MICRO, 6)


def exhausted(calls: Sequence[str]) -> str | None:
    """Why a job whose calls ended so asks no more; None while it may. Calls that a vendor refused to begin are none."""
    if calls.count("malformed") >= MOST_MALFORMED:
        return "malformed"
    return "too_many_tries" if sum(state in ("sent", "malformed") for state in calls) >= MOST_CALLS else None


def mark(kind: str, asked: Mapping[str, Any]) -> str:
    """A digest of what is asked for: the same of the same."""
    said = json.dumps([kind, asked], sort_keys=True, ensure_ascii=False, default=str)
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

"""What the figures of the till mean. Pure: whole kopecks in, whole kopecks out; what cannot be divided is None.

A refund lies on its own day and changes no other. Numbers are those of `counts.operations`, of a day or of many days added up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from chalicelib.analytics.counts.operations import SALES
from chalicelib.core.amounts import half_up, percent

Numbers = Mapping[str, int]
OUT: Final = ("refund", "reward_payout", "referral_clawback")
"""Kinds of operations by which money goes out, or what was promised is taken back."""

CERTIFICATES: Final = "certificate_sale"


class Kind(NamedTuple):
    """How many operations of a kind there were, and what they came to; below zero what went out."""

    kind: str
    times: int
    amount: int


def added(found: Iterable[Numbers]) -> Numbers:
    """Many days as one."""
    sums: Counter[str] = Counter()
    for numbers in found:
        sums.update(numbers)
    return sums


def over(numbers: Numbers, name: str, *kinds: str) -> int:
    """One amount of some kinds together."""
    return sum(numbers.get(f"{kind}_{name}", 0) for kind in kinds)


def average_rating(numbers: Numbers) -> float | None:
    """What marks come to on the average, 2 decimals, halves up; from `rated` and `marks`."""
    rated = numbers.get("rated", 0)
    return half_up(100 * numbers.get("marks", 0), rated) / 100 if rated else None


def turnover(numbers: Numbers) -> int:
    """All bills before anything was taken off."""
    return over(numbers, "amount", *SALES)


def discount(numbers: Numbers) -> int:
    """What was taken off bills: discounts, referrals' discounts, and points, each of which is a rouble."""
    return sum(over(numbers, name, *SALES) for name in ("discount", "referral_discount", "points"))


def taken_in(numbers: Numbers) -> int:
    """Money that came in: paid bills and sold certificates."""
    return over(numbers, "cash", *SALES, CERTIFICATES)


def refunded(numbers: Numbers) -> int:
    """Money that refunds gave back."""
    return over(numbers, "cash", "refund")


def income(numbers: Numbers) -> int:
    """Money that came in and stayed."""
    return taken_in(numbers) - refunded(numbers)


def visits(numbers: Numbers) -> int:
    """Purchases and orders."""
    return over(numbers, "count", *SALES)


def firsts(numbers: Numbers) -> int:
    """Those of them that were their client's first ever."""
    return over(numbers, "first", *SALES)


def average_check(numbers: Numbers) -> int | None:
    """Bills after their discounts, less what was refunded of them, by those of which something is left."""
    left = over(numbers, "net", *SALES) - over(numbers, "net", "refund")
    return ratio(left, visits(numbers) - over(numbers, "full", "refund"))


def ratio(part: int, whole: int) -> int | None:
    """Part by whole, halves up; None where there is no whole."""
    return half_up(part, whole) if whole > 0 else None


KNOWN: Final = 80
"""Percent of what was sold whose cost must be known, for a margin to say something."""


def margin(numbers: Numbers) -> int | None:
    """What is left of sold goods once their cost is paid, in hundredths of a percent, of those whose cost is known, less what came back.

    None where that is too little of what was sold.
    """
    net, costed, cost = (over(numbers, name, *SALES) - over(numbers, name, "refund") for name in ("net", "costed", "cost"))
    return percent(max(costed - cost, 0), costed) if costed > 0 and 100 * costed >= KNOWN * net else None


def kinds(numbers: Numbers) -> list[Kind]:
    """Every kind that there was, by its name."""
    found = sorted(name.removesuffix("_count") for name, number in numbers.items() if name.endswith("_count") and number)
    return [Kind(kind, over(numbers, "count", kind), _amount(numbers, kind)) for kind in found]


def _amount(numbers: Numbers, kind: str) -> int:
    return over(numbers, "amount", kind) * (-1 if kind in OUT else 1)


def sold(numbers: Numbers) -> tuple[int, int]:
    """How many purchases and orders there were, and their bills before discounts less what was refunded of bills.

    Certificates are kept out, for what they pay by is a bill of its own day; a refund of one says no `net`, which is a bill's alone.
    """
    return visits(numbers), turnover(numbers) - over(numbers, "net", "refund")

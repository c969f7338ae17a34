"""What comes from another till: a client with what he has there, an operation as it was. Pure; kopecks and hundredths of a point."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from chalicelib.clients.rules import Person
from chalicelib.loyalty.ledger import rules as ledger
from chalicelib.loyalty.ledger.rules import SALES, Line

ACCOUNT: Final = "import"
"""Against which points are opened; money of the past lies in a till of this name, for ours never had it."""

TOGETHER: Final = 25
"""Operations of one client that are written at once: three rows each and two of his, of a transaction's hundred."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Newcomer:
    """A client of another till. `source` is what he is called there, once and for ever; it is the external sign of `person` too.

    `said` are fields of his account, which fill what is empty there; `points`, `spent` and `visits` come on top of what he has.
    `referrer` is the number here of who brought him.
    """

    source: str
    person: Person
    points: int = 0
    spent: int = 0
    visits: int = 0
    said: Mapping[str, Any] = field(default_factory=dict)
    referrer: int | None = None

    @property
    def sums(self) -> dict[str, int]:
        """What comes on top, by the account's attribute."""
        found = {"balance": self.points, "spent": self.spent, "visits": self.visits}
        return {name: by for name, by in found.items() if by}


@dataclass(frozen=True, kw_only=True, slots=True)
class Past:
    """An operation of another till. `source` is what it is called there; amounts are never below zero, `op_type` says which way."""

    source: str
    op_type: str
    at: datetime
    amount: int = 0
    discount: int = 0
    referral_discount: int = 0
    points: int = 0
    earned: int = 0
    receipt_number: str | None = None
    comment: str = ""

    @property
    def net(self) -> int:
        """What was to be paid."""
        return self.amount - self.discount - self.referral_discount

    @property
    def cash(self) -> int:
        """What was paid in money."""
        return self.net - self.points if self.op_type in (*SALES, "refund") else 0

    @property
    def lines(self) -> list[Line]:
        """Its money. Points of the past moved nothing here: what was left of them is in the opening."""
        if self.op_type not in (*SALES, "refund"):
            return []
        sold = ledger.sold(ACCOUNT, cash=self.cash, certificate=0, points=self.points, discounts=self.discount + self.referral_discount)
        return sold if self.op_type in SALES else ledger.turned(sold)

    @property
    def amounts(self) -> dict[str, int]:
        """What its row and its fact both say."""
        names = ("amount", "discount", "referral_discount", "points", "earned", "cash")
        return {name: getattr(self, name) for name in names}


def adds_up(past: Past) -> bool:
    """Whether nothing of it is below zero."""
    return min(past.amounts.values()) >= 0


def first_and_last(sales: Iterable[tuple[int, str]], first: Mapping[str, Any] | None, last: Mapping[str, Any] | None) -> dict[str, Any]:
    """What an account learns of purchases (number and day, in their order): its first where it knows none, its last where it is later."""
    known = [{"operation": number, "day": day} for number, day in sales]
    if not known:
        return {}
    found = {} if first else {"first_purchase": known[0]}
    return found | ({} if last and last["day"] >= known[-1]["day"] else {"last_purchase": known[-1]})

"""Income, expenses and cash flow: of the till, and what was accrued to those who work here. Pure; points are never money."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from chalicelib.analytics.counts.operations import SALES
from chalicelib.analytics.counts.rules import PAY
from chalicelib.analytics.figures.rules import CERTIFICATES, Numbers, over, refunded, taken_in

INCOME: Final[Mapping[str, str]] = {"purchases": "purchase", "orders": "order", "certificates": CERTIFICATES}
"""Where money comes from, by the kind of operation."""


class Flow(NamedTuple):
    """Money that came and went."""

    income: int
    expenses: int

    @property
    def net(self) -> int:
        """What is left."""
        return self.income - self.expenses


def incomes(numbers: Numbers) -> dict[str, int]:
    """Money that came in, by where from."""
    return {name: over(numbers, "cash", kind) for name, kind in INCOME.items()}


def expenses(numbers: Numbers) -> dict[str, int]:
    """What was spent: refunds, what sold goods had cost less those that came back, what was promised for whom a client brought, and pay."""
    return {
        "refunds": refunded(numbers),
        "cost_of_goods": over(numbers, "cost", *SALES) - over(numbers, "cost", "refund"),
        "referral_rewards": over(numbers, "amount", "referral_accrual") - over(numbers, "amount", "referral_clawback"),
        "payroll": numbers.get(PAY, 0),
    }


def profit(numbers: Numbers) -> int:
    """Income less every expense."""
    return sum(incomes(numbers).values()) - sum(expenses(numbers).values())


def flow(numbers: Numbers) -> Flow:
    """Cash alone: what came into the till, what went out of it, and pay, which goes out as its period ends."""
    return Flow(taken_in(numbers), refunded(numbers) + over(numbers, "cash", "reward_payout") + numbers.get(PAY, 0))

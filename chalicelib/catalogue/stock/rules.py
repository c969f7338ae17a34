"""What a movement does to what lies there. Pure; quantities in thousandths, amounts in kopecks."""

from typing import Final, Literal

from chalicelib.core.amounts import THOUSANDTHS, half_up

MovementType = Literal["income", "expense", "adjustment", "transfer", "sale"]
MAIN: Final = 1
"""Where goods lie while the owner chose no other location: the first there is."""


def delta(movement_type: MovementType, quantity: int, seen: int) -> int:
    """By how much a balance changes; an adjustment says what was counted."""
    if movement_type == "adjustment":
        return quantity - seen
    return quantity if movement_type == "income" else -quantity


def average(stock: int, cost: int, quantity: int, unit_cost: int) -> int:
    """What a piece costs after more came at another cost; what is owed counts as nothing."""
    stock = max(stock, 0)
    return half_up(stock * cost + quantity * unit_cost, stock + quantity)


def worth(quantity: int, unit_cost: int) -> int:
    """What so much of it costs."""
    return half_up(quantity * unit_cost, THOUSANDTHS)

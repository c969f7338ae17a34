"""What the log says of goods."""

from dataclasses import dataclass

from chalicelib.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class StockMoved(Fact):
    """Goods came, went or were counted by hand; `ref` is the movement's number. What a sale moves is said by its operation.

    `delta` in thousandths and `cost`, what so much of it costs, in kopecks: below zero where less lies there. Of a transfer there are
    two, which sum to zero.
    """

    product: int
    location: int
    delta: int
    cost: int
    movement_type: str

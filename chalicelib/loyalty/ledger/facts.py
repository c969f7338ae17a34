"""What the log says of operations."""

from dataclasses import dataclass

from chalicelib.core.facts import Fact


@dataclass(frozen=True, kw_only=True)
class OperationMade(Fact):
    """Money or points moved at the till; `ref` is the operation's number, `number` the client's.

    Amounts in kopecks and hundredths of a point, never below zero: `op_type` says which way. `net` is the bill after its discounts, of a
    refund what was given back of it; `cost` what the goods had cost, `costed` how much of `net` was for goods whose cost is known. `first`
    is a client's first purchase ever or the refund of it, `full` a refund that leaves nothing of its purchase. A certificate's sale is
    no bill: neither it nor its refund says `net` or `full`. `refund_of` is what a refund gives back of. `balance`, by how much a client's
    points are more, has a sign; the ledger says it itself, from the lines. `cash` of a refund of less than a point is worth is below
    zero: the client pays the rest.
    """

    op_type: str
    number: int
    amount: int = 0
    net: int = 0
    discount: int = 0
    referral_discount: int = 0
    points: int = 0
    certificate: int = 0
    cash: int = 0
    earned: int = 0
    cost: int = 0
    costed: int = 0
    balance: int = 0
    method: str | None = None
    level: str | None = None
    channel: int | None = None
    first: bool | None = None
    full: bool | None = None
    refund_of: int | None = None
    imported: bool | None = None

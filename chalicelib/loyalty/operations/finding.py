"""Which purchase a refund is of, and what of it is left."""

from datetime import timedelta
from heapq import merge

from chalicelib.core import clock, places, storage
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.ledger.rules import SALES
from chalicelib.loyalty.operations import repository, rules
from chalicelib.loyalty.operations.errors import ReferenceUnknown, RefundNeedsOperation
from chalicelib.loyalty.operations.looking import NOBODYS, Seen
from chalicelib.loyalty.operations.rules import Bill, Sold

CHOSEN_FROM = 100
"""How many of a client's newest operations are looked at for a refund that names none."""

CHOSEN_OF = 10
"""Of how many numbers at most they are one client's: a query each."""


def sold_of(row: Operation) -> Sold:
    """A purchase as refunds see it."""
    return Sold(
        bill=Bill(int(row.amount), int(row.discount), int(row.referral_discount), int(row.points), int(row.certificate)),
        earned=int(row.earned),
        percent=int(row.percent or 0),
        refunded=int(row.refunded),
        points_back=int(row.points_returned),
        certificate_back=int(row.certificate_returned),
        taken_back=int(row.points_taken_back),
    )


def left_of(row: Operation) -> int:
    """What of an operation may still be refunded: of purchases and orders that were made here."""
    return sold_of(row).left if row.op_type in SALES and not row.imported else 0


def named(seen: Seen) -> Operation:
    """The operation that a refund names. Raises ReferenceUnknown for one that is neither his nor of whom was merged into him.

    A certificate that was sold to nobody may be anybody's.
    """
    (row,) = seen.rows["purchase"]
    if row is None or not (row.client == NOBODYS or _is_his(row, seen)):
        raise ReferenceUnknown({"field": "operation_id"})
    return row


def _is_his(row: Operation, seen: Seen) -> bool:
    """Whether the client bought it, or somebody whose account was passed on to him."""
    return bool(row.client == seen.place or repository.heir(row.client) == seen.place)


def chosen(seen: Seen, amount: int | None) -> Operation:
    """The newest purchase that still holds the amount, his or of whom was merged into him. Raises RefundNeedsOperation."""
    whose = [seen.place, *repository.merged(seen.person)]
    if amount is None or len(whose) > CHOSEN_OF:
        raise RefundNeedsOperation({"field": "operation_id"})
    since = places.of_moment(clock.now() - timedelta(days=rules.CHOSEN_WITHIN))
    streams = [repository.of_client(place, since, "~") for place in whose]
    found = merge(*streams, key=lambda row: str(row.made), reverse=True)
    newest = [row for _, row in zip(range(CHOSEN_FROM), found, strict=False) if row.op_type in SALES]
    for row in storage.whole(newest):
        if left_of(row) >= amount and _is_his(row, seen):
            return row
    raise RefundNeedsOperation({"field": "operation_id"})

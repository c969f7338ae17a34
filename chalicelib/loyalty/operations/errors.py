"""Why the till refuses."""

from chalicelib.core.errors import Busy, Conflict, Invalid, NotFound


class InvalidChecksum(Invalid):
    """Sums of one bill that do not agree; each wrong field says what was expected."""

    code = "invalid_checksum"
    message = "The bill's sums do not agree."


class TooManyItems(Invalid):
    """More distinct goods whose stock is kept than one transaction can move."""

    code = "too_many_items"
    message = "At most 25 different goods whose stock is kept stand on one bill."


class InsufficientPoints(Conflict):
    """More is spent or paid out than the client has: `detail` is `{field, available}`."""

    code = "insufficient_points"
    message = "The client has less than that."


class DiscountLimitExceeded(Conflict):
    """More of the bill is paid by points than his level allows: `detail` is `{field, max_points}`."""

    code = "discount_limit_exceeded"
    message = "The client's level allows less of a bill to be paid by points."


class ClientBlocked(Conflict):
    """He neither earns nor spends; what he bought may be refunded."""

    code = "client_blocked"
    message = "This client is blocked."


class NothingToRefund(Conflict):
    """More is asked back than is left of the purchase: `detail.left` says how much."""

    code = "nothing_to_refund"
    message = "Less than that is left of this purchase."


class RefundNeedsOperation(Conflict):
    """No purchase of the last 90 days holds the amount: say which one is meant."""

    code = "refund_needs_operation"
    message = "No recent purchase of this client holds that amount: operation_id is needed."


class ReceiptKnown(Conflict):
    """A receipt's number is one operation's for ever, and this is another one."""

    code = "receipt_known"
    message = "This receipt number belongs to another operation."


class ReferenceUnknown(NotFound):
    """What the payload names is not known: `detail.field` says which of it."""


class AccountRaced(Busy):
    """Another operation of the same client was faster: look again."""


class RefundRaced(Busy):
    """Another refund of the same purchase, or its delayed points, came first: look again."""


class ReceiptRaced(Busy):
    """The same receipt was faster: look again."""

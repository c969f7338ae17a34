"""Operations: rows that are written once, and what refunds and rewards add to them."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.core import storage


class ByYear(GlobalSecondaryIndex[Any]):
    """A year's operations in their order."""

    class Meta:
        index_name = "by_year"
        projection = IncludeProjection(["op_type", "client"])

    year = UnicodeAttribute(hash_key=True)
    made = UnicodeAttribute(range_key=True)


class ByClient(GlobalSecondaryIndex[Any]):
    """A client's operations in their order."""

    class Meta:
        index_name = "by_client"
        projection = IncludeProjection(["op_type"])

    client = UnicodeAttribute(hash_key=True)
    made = UnicodeAttribute(range_key=True)


class Operation(storage.Table):
    """One operation, by its number. `lines` are `[account, currency, signed amount]` and sum to zero a currency.

    Amounts in kopecks and hundredths of a point. `client` is the client's place in the people index, `made` the moment and the number,
    `year` where an index has it, `counted` what its fact said. Only `refunded`, `points_returned`, `points_taken_back`,
    `certificate_returned`, `returned` (goods that came back, by product), `lot` (once, where points come later) and what begins with
    `referral` changes, by refunds and rewards.
    """

    Meta = storage.meta("operations")

    place = UnicodeAttribute(hash_key=True)
    op_type = UnicodeAttribute()
    client = UnicodeAttribute()
    made = UnicodeAttribute()
    year = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    lines: Any = JSONAttribute()
    amount = NumberAttribute(default=0)
    discount = NumberAttribute(default=0)
    referral_discount = NumberAttribute(default=0)
    cash = NumberAttribute(default=0)
    points = NumberAttribute(default=0)
    earned = NumberAttribute(default=0)
    certificate = NumberAttribute(default=0)
    certificate_code = UnicodeAttribute(null=True)
    payment_method = UnicodeAttribute(null=True)
    items: Any = JSONAttribute(null=True)
    location = UnicodeAttribute(null=True)
    employee = NumberAttribute(null=True)
    appointment = UnicodeAttribute(null=True)
    receipt_number = UnicodeAttribute(null=True)
    level = UnicodeAttribute(null=True)
    percent = NumberAttribute(null=True)
    lot = UnicodeAttribute(null=True)
    balance_after = NumberAttribute(null=True)
    comment = UnicodeAttribute(default="")
    refund_of = NumberAttribute(null=True)
    refunded = NumberAttribute(default=0)
    points_returned = NumberAttribute(default=0)
    points_taken_back = NumberAttribute(default=0)
    certificate_returned = NumberAttribute(default=0)
    returned: Any = JSONAttribute(null=True)
    referral_state = UnicodeAttribute(null=True)
    referral: Any = JSONAttribute(null=True)
    imported = BooleanAttribute(null=True)
    actor = UnicodeAttribute()
    counted: Any = JSONAttribute(null=True)
    by_year = ByYear()
    by_client = ByClient()

    @property
    def number(self) -> int:
        """What callers know it by."""
        return int(self.place)


class Receipt(storage.Table):
    """A receipt's number at the till: its existence is what makes it one operation's."""

    Meta = storage.meta("receipts")

    receipt_number = UnicodeAttribute(hash_key=True)
    operation = NumberAttribute()

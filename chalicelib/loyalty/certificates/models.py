"""Certificates."""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.core import storage


class ByMade(GlobalSecondaryIndex[Any]):
    """Certificates in the order of their making."""

    class Meta:
        index_name = "by_made"
        projection = IncludeProjection(["status", "client", "expires_at"])

    contour = UnicodeAttribute(hash_key=True)
    made = UnicodeAttribute(range_key=True)


class ByClient(GlobalSecondaryIndex[Any]):
    """Those that are one client's alone, in the order of their making."""

    class Meta:
        index_name = "by_client"
        projection = KeysOnlyProjection()

    client = UnicodeAttribute(hash_key=True)
    made = UnicodeAttribute(range_key=True)


class Certificate(storage.Table):
    """One certificate by its code. `amount` and `balance` in kopecks; `client` is whose alone it is, else it is the bearer's.

    `status` is active, redeemed or cancelled; expired is what an active one is after `expires_at`. `sold_by` is the operation that
    sold it.
    """

    Meta = storage.meta("certificates")

    code = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute(default="live")
    made = UnicodeAttribute()
    number = NumberAttribute()
    title = UnicodeAttribute()
    amount = NumberAttribute()
    balance = NumberAttribute()
    price = NumberAttribute(null=True)
    payment_method = UnicodeAttribute(null=True)
    issue_method = UnicodeAttribute()
    status = UnicodeAttribute()
    client = UnicodeAttribute(null=True)
    expires_at = UTCDateTimeAttribute(null=True)
    comment = UnicodeAttribute(default="")
    sold_by = NumberAttribute(null=True)
    actor = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    by_made = ByMade()
    by_client = ByClient()

"""What was earned."""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.core import storage


class ByEnd(GlobalSecondaryIndex[Any]):
    """Accruals of a year by their periods' last day."""

    class Meta:
        index_name = "by_end"
        projection = IncludeProjection(["full_name", "period_start"])

    year = UnicodeAttribute(hash_key=True)
    ended = UnicodeAttribute(range_key=True)


class Accrual(storage.Table):
    """What somebody earned in a period (`pay#<end>#<start>`); or the `periods` that were counted of him, whose `version` each run moves.

    Hours are hundredths, units thousandths, the amount kopecks. `status` is `calculated`, or `paid`: counted no more.
    """

    Meta = storage.meta("employee-pay")

    employee = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    periods: Any = JSONAttribute(null=True)
    year = UnicodeAttribute(null=True)
    ended = UnicodeAttribute(null=True)
    period_start = UnicodeAttribute(null=True)
    period_end = UnicodeAttribute(null=True)
    full_name = UnicodeAttribute(null=True)
    payment_type = UnicodeAttribute(null=True)
    hours = NumberAttribute(default=0)
    units = NumberAttribute(default=0)
    amount = NumberAttribute(default=0)
    status = UnicodeAttribute(null=True)
    by = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute(null=True)
    updated_at = UTCDateTimeAttribute(null=True)
    by_end = ByEnd()

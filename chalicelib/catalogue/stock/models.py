"""How much lies where, and every movement that made it so."""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.core import storage


class Stock(storage.Table):
    """How much of a product lies at a location, in thousandths. How much there is in all is the product's own `stock`."""

    Meta = storage.meta("stock")

    product = UnicodeAttribute(hash_key=True)
    location = UnicodeAttribute(range_key=True)
    quantity = NumberAttribute(default=0)


class ByYear(GlobalSecondaryIndex[Any]):
    """A year's movements of all products, in their order."""

    class Meta:
        index_name = "by_year"
        projection = IncludeProjection(["location", "movement_type"])

    year = UnicodeAttribute(hash_key=True)
    moved = UnicodeAttribute(range_key=True)


class Movement(storage.Table):
    """One movement of one product at one location: `delta` is signed, `quantity` as it was said, `balance` what it left there.

    A transfer is two of them with one `transfer`. `moved` sorts by moment and number.
    """

    Meta = storage.meta("movements")

    product = UnicodeAttribute(hash_key=True)
    moved = UnicodeAttribute(range_key=True)
    year = UnicodeAttribute()
    number = NumberAttribute()
    location = UnicodeAttribute()
    other_location = UnicodeAttribute(null=True)
    transfer = UnicodeAttribute(null=True)
    movement_type = UnicodeAttribute()
    product_name = UnicodeAttribute()
    quantity = NumberAttribute()
    delta = NumberAttribute()
    balance = NumberAttribute(null=True)
    unit_cost = NumberAttribute(null=True)
    counterparty = UnicodeAttribute(default="")
    comment = UnicodeAttribute(default="")
    occurred_at = UTCDateTimeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    operation = NumberAttribute(null=True)
    actor = UnicodeAttribute()
    by_year = ByYear()

"""Goods and services, and the signs that are one product's alone."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, ListAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.core import storage

LISTED = "all"
"""The one partition of the list: it is read by name, whatever the kind, and changes with a card alone, not with what is sold."""


class ByName(GlobalSecondaryIndex[Any]):
    """All products in the order of their names."""

    class Meta:
        index_name = "by_name"
        projection = IncludeProjection(["item_type", "category", "is_active"])

    listed_in = UnicodeAttribute(hash_key=True)
    by_name_at = UnicodeAttribute(range_key=True)


class Product(storage.Table):
    """One good or service, by its number. Prices in kopecks, quantities in thousandths, the tax in hundredths of a percent.

    `stock` is how much there is everywhere, written with every movement. `by_name_at` is the folded name and the number.
    `specification` is what one of it is made of: `[product, quantity]` each.
    """

    Meta = storage.meta("products")

    place = UnicodeAttribute(hash_key=True)
    listed_in = UnicodeAttribute(default=LISTED)
    item_type = UnicodeAttribute()
    by_name_at = UnicodeAttribute()
    name = UnicodeAttribute()
    full_name = UnicodeAttribute(default="")
    receipt_name = UnicodeAttribute(default="")
    description = UnicodeAttribute(default="")
    category = UnicodeAttribute(default="")
    unit = UnicodeAttribute(default="")
    track_inventory = BooleanAttribute(default=True)
    is_promo = BooleanAttribute(default=False)
    is_traceable = BooleanAttribute(default=False)
    is_active = BooleanAttribute(default=True)
    price = NumberAttribute()
    cost = NumberAttribute(default=0)
    sku = UnicodeAttribute(default="")
    barcode = UnicodeAttribute(default="")
    manufacturer = UnicodeAttribute(default="")
    country_of_origin = UnicodeAttribute(default="")
    tax = NumberAttribute(default=0)
    minutes = NumberAttribute(default=0)
    critical_stock = NumberAttribute(default=0)
    desired_stock = NumberAttribute(default=0)
    comment = UnicodeAttribute(default="")
    images: Any = ListAttribute(null=True)
    specification: Any = JSONAttribute(null=True)
    stock = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    by_name = ByName()

    @property
    def number(self) -> int:
        """What callers know it by."""
        return int(self.place)


class ProductSign(storage.Table):
    """A SKU or a barcode: its existence is what makes it one product's."""

    Meta = storage.meta("product-signs")

    sign = UnicodeAttribute(hash_key=True)
    product = NumberAttribute()

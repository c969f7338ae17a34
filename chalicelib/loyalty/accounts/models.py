"""What loyalty keeps of a client beside who he is, and the points that he has."""

from typing import Any, Self

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage

SUMS = ("brought_", "rewarded_")
"""How the attributes begin that are sums by generation."""


class Account(storage.Table):
    """One client's, at his place in the people index (``live#0000000722``); made by whatever first writes to it.

    `balance` and `consumed` in hundredths of a point: the balance is what his lots hold less what was consumed, always. `money` and
    `spent` (net cash) in kopecks. `first_purchase` and `last_purchase` are `{operation, day}`. `referrer` is the number of who brought him.
    `level` is set by hand, else there is none. `brought` is how many he brought, `rewarded` what he got for their purchases, less what
    was taken back: by generation, from attributes that are added to (`brought_1`, `rewarded_points_1`, `rewarded_money_1`).
    Who was merged keeps his row: `merged_into` is the number of whom he became, and says that all was passed on.
    """

    Meta = storage.meta("loyalty-accounts")

    place = UnicodeAttribute(hash_key=True)
    balance = NumberAttribute(default=0)
    consumed = NumberAttribute(default=0)
    money = NumberAttribute(default=0)
    spent = NumberAttribute(default=0)
    visits = NumberAttribute(default=0)
    first_purchase = JSONAttribute(null=True)
    last_purchase = JSONAttribute(null=True)
    last_visit_at = UTCDateTimeAttribute(null=True)
    blocked = BooleanAttribute(null=True)
    level = UnicodeAttribute(null=True)
    referrer = NumberAttribute(null=True)
    merged_into = NumberAttribute(null=True)
    channel = NumberAttribute(null=True)
    whatsapp_phone = UnicodeAttribute(null=True)
    vk_username = UnicodeAttribute(null=True)
    instagram_username = UnicodeAttribute(null=True)
    facebook_username = UnicodeAttribute(null=True)
    max_username = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    birthday = UnicodeAttribute(null=True)
    birth_year = NumberAttribute(null=True)
    gender = UnicodeAttribute(null=True)
    notes = UnicodeAttribute(null=True)
    tags = UnicodeSetAttribute(null=True)
    updated_at = UTCDateTimeAttribute(null=True)
    sums: dict[str, int]

    @classmethod
    def from_raw_data(cls, data: dict[str, dict[str, Any]]) -> Self:
        """A row as the store has it, with its sums by generation."""
        row = super().from_raw_data(data)
        row.sums = {name: int(value["N"]) for name, value in data.items() if name.startswith(SUMS)}
        return row

    def brought(self, generation: int = 1) -> int:
        """How many he brought, those that they brought, and so on."""
        return getattr(self, "sums", {}).get(f"brought_{generation}", 0)

    def rewarded(self, unit: str, generation: int) -> int:
        """What he got for a generation's purchases, net of what was taken back."""
        return getattr(self, "sums", {}).get(f"rewarded_{unit}_{generation}", 0)


class ByDue(GlobalSecondaryIndex[Any]):
    """Lots that end, by the day on which they do."""

    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_in = UnicodeAttribute(hash_key=True)
    expires_on = UnicodeAttribute(range_key=True)


class Lot(storage.Table):
    """Points that one operation gave: `amount` of them, of which `expired` ended. `lot` is the day of their end and the operation.

    A lot without an end sorts after all that have one. `due_in` is the month of its end, while something of it may still end.
    """

    Meta = storage.meta("point-lots")

    place = UnicodeAttribute(hash_key=True)
    lot = UnicodeAttribute(range_key=True)
    amount = NumberAttribute()
    expired = NumberAttribute(default=0)
    operation = NumberAttribute()
    expires_on = UnicodeAttribute(null=True)
    due_in = UnicodeAttribute(null=True)
    by_due = ByDue()

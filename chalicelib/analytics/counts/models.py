"""Counts."""

import zlib
from typing import Any, Self

from pynamodb.attributes import BinaryAttribute, JSONAttribute, NumberAttribute, NumberSetAttribute, UnicodeAttribute

from chalicelib.analytics.counts.places import MEMBER
from chalicelib.core import storage
from chalicelib.core.bitmaps import sets


class CountRow(storage.Table):
    """How many of each name there are in one row of a family; a name is an attribute of its own.

    `revision` grows with every change, so that a row which is made anew is not written over one that has changed meanwhile.
    `differs` is what a comparison found of a day, in the rows of the family `drift` alone. Members, numbers of clients, stand in
    `members` as they come, and packed as a bitmap in `bits` once they are many: a row's members are both together.
    """

    Meta = storage.meta("counts")

    family = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    revision = NumberAttribute(null=True)
    differs = JSONAttribute(null=True)
    members = NumberSetAttribute(null=True)
    bits = BinaryAttribute(legacy_encoding=False, null=True)
    numbers: dict[str, int]

    @classmethod
    def from_raw_data(cls, data: dict[str, dict[str, Any]]) -> Self:
        """A row as the store has it, with every number that is no attribute of the model."""
        row = super().from_raw_data(data)
        row.numbers = {name: int(value["N"]) for name, value in data.items() if "N" in value and name not in cls.get_attributes()}
        return row

    @property
    def ids(self) -> int:
        """The row's members as a set of `core.bitmaps`."""
        packed = int.from_bytes(zlib.decompress(self.bits), "little") if self.bits else 0
        return packed | sets.of_ids(int(one) for one in self.members or ())

    @property
    def said(self) -> dict[str, int]:
        """Its numbers, and each member as a name of its own: what comparisons look at."""
        return self.numbers | {f"{MEMBER}{one}": 1 for one in sets.members(self.ids)}


def packed(ids: int) -> bytes:
    """A set of ids as a row's `bits` hold it."""
    return zlib.compress(ids.to_bytes((ids.bit_length() + 7) // 8, "little"))

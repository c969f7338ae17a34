"""Counts."""

from typing import Any, Self

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.core import storage


class CountRow(storage.Table):
    """How many of each name there are in one row of a family; a name is an attribute of its own.

    `revision` grows with every change, so that a row which is made anew is not written over one that has changed meanwhile.
    `differs` is what a comparison found of a day, in the rows of the family `drift` alone.
    """

    Meta = storage.meta("counts")

    family = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    revision = NumberAttribute(null=True)
    differs = JSONAttribute(null=True)
    numbers: dict[str, int]

    @classmethod
    def from_raw_data(cls, data: dict[str, dict[str, Any]]) -> Self:
        """A row as the store has it, with every number that is no attribute of the model."""
        row = super().from_raw_data(data)
        row.numbers = {name: int(value["N"]) for name, value in data.items() if "N" in value and name not in cls.get_attributes()}
        return row

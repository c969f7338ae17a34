"""The people index' rows."""

from typing import Any, Self

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import storage

CONSENT = "consent_"
"""How the attributes begin that hold the latest answer to a purpose: one each, so that two answers at once are both kept."""


class ByPending(GlobalSecondaryIndex[Any]):
    """A contour's rows that sets may be behind, whole: a list corrects the sets by them."""

    class Meta:
        index_name = "by_pending"
        projection = AllProjection()

    pending_in = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class PersonRow(storage.Table):
    """One client as lists show and find him, by his number. Written in the transaction that changes the client.

    Attributes from `name` to `was` are his card's, under the same names. The others are the index' own, see `core.bitmaps`;
    what packages above say of him (`loyalty_spent`) stands in `others`.
    """

    Meta = storage.meta("people-index")

    place = UnicodeAttribute(hash_key=True)
    client_id = UnicodeAttribute(null=True)
    lead_number = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    telegram_id = UnicodeAttribute(null=True)
    telegram_username = UnicodeAttribute(null=True)
    paused_at = UTCDateTimeAttribute(null=True)
    merged_into = UnicodeAttribute(null=True)
    was = UnicodeSetAttribute(null=True)
    revision = NumberAttribute(default=0)
    pending_in = UnicodeAttribute(null=True)
    noted = BooleanAttribute(null=True)
    in_facets = UnicodeSetAttribute(null=True)
    in_words = UnicodeSetAttribute(null=True)
    written = NumberAttribute(null=True)
    written_at = UTCDateTimeAttribute(null=True)
    by_pending = ByPending()
    consents: dict[str, str]
    others: dict[str, Any]

    @classmethod
    def from_raw_data(cls, data: dict[str, dict[str, Any]]) -> Self:
        """A row as the store has it, with each purpose's latest answer, `yes` or `no`."""
        row = super().from_raw_data(data)
        row.consents = {name.removeprefix(CONSENT): value["S"] for name, value in data.items() if name.startswith(CONSENT)}
        own = cls.get_attributes()
        row.others = {name: _plain(value) for name, value in data.items() if name not in own and not name.startswith(CONSENT)}
        return row

    @property
    def number(self) -> int:
        """His id in the index: the digits of his lead number."""
        return int(str(self.place).rpartition("#")[2])


def _plain(value: dict[str, Any]) -> Any:
    """What an attribute says: a text, a whole number, or a set of texts."""
    ((kind, said),) = value.items()
    return int(said) if kind == "N" else set(said) if kind == "SS" else said

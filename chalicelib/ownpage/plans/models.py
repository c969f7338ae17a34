"""Repeated hours."""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage


class Due(GlobalSecondaryIndex[Any]):
    """Plans by the moment at which their next hour comes within reach."""

    class Meta:
        index_name = "due"
        projection = KeysOnlyProjection()

    due_in = UnicodeAttribute(hash_key=True)
    due_at = UTCDateTimeAttribute(range_key=True)


class Plan(storage.Table):
    """An hour that is repeated from `anchor_at` on. `written` are the moments ahead for which slots were written, `through` is how far
    was looked: what she took back since is not written again. `version` moves on with each write; a stopped one is due never.
    """

    Meta = storage.meta("slot-plans")

    plan_id = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute()
    specialist_id = UnicodeAttribute()
    period = UnicodeAttribute()
    root_slot_id = UnicodeAttribute()
    anchor_at = UTCDateTimeAttribute()
    minutes = NumberAttribute()
    written = JSONAttribute()
    through = UTCDateTimeAttribute()
    version = NumberAttribute()
    due_in = UnicodeAttribute(null=True)
    due_at = UTCDateTimeAttribute(null=True)
    due = Due()

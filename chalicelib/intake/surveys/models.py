"""Surveys."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Survey(storage.Table):
    """One survey. All stand under one key: a house has tens of them. `body` is what the site reads, `by` who changed it last."""

    Meta = storage.meta("surveys")

    house = UnicodeAttribute(hash_key=True)
    slug = UnicodeAttribute(range_key=True)
    title = UnicodeAttribute()
    body = storage.PackedJSON()
    version = NumberAttribute()
    by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    archived_at = UTCDateTimeAttribute(null=True)

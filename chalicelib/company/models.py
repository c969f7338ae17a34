"""Directories: short lists that the owner keeps, and what he has set."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Entry(storage.Table):
    """One entry of a directory: of `settings` there is one a name, of others one a number.

    `said` is what it says. `version` grows with every change. `by` is who changed it last.
    """

    Meta = storage.meta("directories")

    directory = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    said = JSONAttribute()
    version = NumberAttribute(default=1)
    by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()

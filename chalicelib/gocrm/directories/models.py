"""The last good copies of what the club tells everybody."""

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Mirror(storage.Table):
    """One list as Go-CRM last gave it, as of then. `failed` says why the last refresh brought nothing; absent when it did."""

    Meta = storage.meta("gocrm-mirror")

    name = UnicodeAttribute(hash_key=True)
    rows = storage.PackedJSON(null=True)
    as_of = UTCDateTimeAttribute(null=True)
    tried_at = UTCDateTimeAttribute(null=True)
    failed = UnicodeAttribute(null=True)

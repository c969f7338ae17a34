"""How far each follower was heard."""

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Cursor(storage.Table):
    """The moment, by the follower's own clock, up to which its changes are known."""

    Meta = storage.meta("cursors")

    name = UnicodeAttribute(hash_key=True)
    until = UTCDateTimeAttribute()

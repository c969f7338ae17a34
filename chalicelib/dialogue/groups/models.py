"""What was written to many at once, and when each of them was touched."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Group(storage.Table):
    """One request to write to many: `done` are those in its order who have been decided, `refused` why of them some do not hear it.

    The ids of its messages derive from its own, so that whoever goes on with it writes the same ones.
    """

    Meta = storage.meta("message-groups")

    group_id = UnicodeAttribute(hash_key=True)
    actor = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    total = NumberAttribute()
    done = NumberAttribute(default=0)
    refused = storage.PackedJSON(null=True)
    state = UnicodeAttribute(default="working")
    expires_at = TTLAttribute()


class Touches(storage.Table):
    """When a client was, or will be, written to whom nobody was asked to write to: the last few moments, in unix seconds."""

    Meta = storage.meta("touches")

    client_id = UnicodeAttribute(hash_key=True)
    moments = JSONAttribute()
    version = NumberAttribute(default=1)

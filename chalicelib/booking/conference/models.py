"""The time of an account that can hold one meeting at once."""

from pynamodb.attributes import TTLAttribute, UnicodeAttribute

from chalicelib.core import storage


class RoomQuarter(storage.Table):
    """A quarter of an hour of an account, given to one session: two bookings at once cannot both have it."""

    Meta = storage.meta("conference-quarters")

    quarter = UnicodeAttribute(hash_key=True)
    session_id = UnicodeAttribute()
    expires_at = TTLAttribute()

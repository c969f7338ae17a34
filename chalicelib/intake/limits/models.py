"""What contacts and addresses left behind a moment ago."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.core import storage


class Footprint(storage.Table):
    """What one contact, or one address, asked for lately; `who` is a keyed hash, and the row forgets itself after a day.

    `asked` are its forms with the slots they hold; `forms` counts what came in the stretch of time numbered `stretch`.
    """

    Meta = storage.meta("footprints")

    who = UnicodeAttribute(hash_key=True)
    asked = JSONAttribute(null=True)
    stretch = NumberAttribute(null=True)
    forms = NumberAttribute(null=True)
    expires_at = TTLAttribute()

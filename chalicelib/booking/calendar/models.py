"""Days of specialists and clients."""

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.core import storage


class Day(storage.Table):
    """One UTC day of somebody: `standing` is the time that is spoken for, `cut` what would overlap it and waits.

    Both hold intervals as `rules.Interval` packs them; one that crosses midnight stands in two days. Each write of them moves
    `version` on. `plan` is when a specialist is to work, see `plans`. A row goes some weeks after its day: nobody books the past.
    """

    Meta = storage.meta("days")

    day_id = UnicodeAttribute(hash_key=True)
    standing = UnicodeSetAttribute(null=True)
    cut = UnicodeSetAttribute(null=True)
    plan = UnicodeSetAttribute(null=True)
    version = NumberAttribute(null=True)
    expires_at = TTLAttribute()

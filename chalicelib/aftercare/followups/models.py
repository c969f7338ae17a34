"""Planned follow-ups."""

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class FollowUp(storage.Table):
    """One plan of one client. `state` is planned, sent, or why it was not sent."""

    Meta = storage.meta("follow-ups")

    client_id = UnicodeAttribute(hash_key=True)
    plan = UnicodeAttribute(range_key=True)
    contour = UnicodeAttribute()
    specialist_id = UnicodeAttribute(null=True)
    planned_at = UTCDateTimeAttribute()
    due_at = UTCDateTimeAttribute()
    state = UnicodeAttribute(default="planned")

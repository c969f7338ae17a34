"""Events."""

from datetime import datetime, timedelta
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import storage


class OpenToAll(GlobalSecondaryIndex[Any]):
    """A contour's group events in time."""

    class Meta:
        index_name = "group_events"
        projection = AllProjection()

    group_in = UnicodeAttribute(hash_key=True)
    start_at = UTCDateTimeAttribute(range_key=True)


class OfHost(GlobalSecondaryIndex[Any]):
    """A specialist's events in time."""

    class Meta:
        index_name = "of_host"
        projection = AllProjection()

    specialist_id = UnicodeAttribute(hash_key=True)
    start_at = UTCDateTimeAttribute(range_key=True)


class Event(storage.Table):
    """Something that takes the time of her who made it, and of those who joined (`members`, by specialist): at most `capacity`.

    One's own affair has no capacity and is nobody else's to see. Everybody's time is a slot of his own with this `event_id`.
    """

    Meta = storage.meta("events")

    event_id = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute()
    specialist_id = UnicodeAttribute()
    specialist_name = UnicodeAttribute()
    title = UnicodeAttribute()
    start_at = UTCDateTimeAttribute()
    minutes = NumberAttribute()
    group_in = UnicodeAttribute(null=True)
    capacity = NumberAttribute(null=True)
    joined = NumberAttribute(default=0)
    members = UnicodeSetAttribute(null=True)
    group_events = OpenToAll()
    of_host = OfHost()

    @property
    def is_group(self) -> bool:
        """Whether others may join."""
        return self.group_in is not None

    @property
    def end_at(self) -> datetime:
        """When it is over."""
        return self.start_at + timedelta(minutes=int(self.minutes))

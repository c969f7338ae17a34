"""Form trackers."""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.core import storage


class ByForm(GlobalSecondaryIndex[Any]):
    """One form's trackers in time, with the steps that were seen."""

    class Meta:
        index_name = "of_form"
        projection = IncludeProjection(["steps"])

    form_type = UnicodeAttribute(hash_key=True)
    started_at = UTCDateTimeAttribute(range_key=True)


class Track(storage.Table):
    """One visitor's way through one form. `steps` maps each step to the moment it was first seen; `version` guards it.

    `visitor` is the keyed mark of who began it: form numbers can be guessed, and another's answers go into a tracker of his own.
    """

    Meta = storage.meta("tracks")

    track_id = UnicodeAttribute(hash_key=True)
    form_type = UnicodeAttribute()
    started_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    steps = JSONAttribute()
    analytics = storage.PackedJSON(null=True)
    visitor = UnicodeAttribute(null=True)
    version = NumberAttribute(default=0)
    of_form = ByForm()

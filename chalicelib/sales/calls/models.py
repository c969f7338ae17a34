"""Calls, and the names by which something is known to be there already."""

from typing import Any

from pynamodb.attributes import (
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage


class ByLead(GlobalSecondaryIndex[Any]):
    """A lead's calls in the order of their numbers."""

    class Meta:
        index_name = "by_lead"
        projection = KeysOnlyProjection()

    lead = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class ByPending(GlobalSecondaryIndex[Any]):
    """Rows that sets may be behind, whole: see `core.bitmaps`."""

    class Meta:
        index_name = "by_pending"
        projection = AllProjection()

    pending_in = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class SalesCall(storage.Table):
    """One call; `place` is its contour and number (``live#0000000042``), `lead` the place of the client whom the other number is.

    `owner`, `lead_stands` and `who` (what he is called) are the lead's, so that lists know whose the call is. `told_at` is when the log was
    told that somebody was spoken to. `recording_at` is where its recording is kept, or awaited. `attempt` counts transcriptions, `job_id`
    is the one at work. From `revision` on the attributes are the index' own.
    """

    Meta = storage.meta("sales-calls")

    place = UnicodeAttribute(hash_key=True)
    lead = UnicodeAttribute(null=True)
    client_id = UnicodeAttribute(null=True)
    owner = NumberAttribute(null=True)
    lead_stands = BooleanAttribute(null=True)
    who = UnicodeAttribute(null=True)
    agent_id = NumberAttribute(null=True)
    from_number = UnicodeAttribute()
    to_number = UnicodeAttribute()
    direction = UnicodeAttribute()
    status = UnicodeAttribute()
    start_time = UTCDateTimeAttribute(null=True)
    end_time = UTCDateTimeAttribute(null=True)
    duration_seconds = NumberAttribute(null=True)
    recording_url = UnicodeAttribute(null=True)
    recording = JSONAttribute(null=True)
    recording_at = UnicodeAttribute(null=True)
    consent_given = BooleanAttribute(default=False)
    external_call_id = UnicodeAttribute(null=True)
    provider = UnicodeAttribute(null=True)
    details = storage.PackedJSON(null=True)
    error_message = UnicodeAttribute(null=True)
    transcript_state = UnicodeAttribute(default="none")
    analysis_state = UnicodeAttribute(default="none")
    attempt = NumberAttribute(default=0)
    job_id = UnicodeAttribute(null=True)
    asked_at = UTCDateTimeAttribute(null=True)
    told_at = UTCDateTimeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)

    revision = NumberAttribute(default=0)
    pending_in = UnicodeAttribute(null=True)
    noted = BooleanAttribute(null=True)
    in_facets = UnicodeSetAttribute(null=True)
    in_words = UnicodeSetAttribute(null=True)
    written = NumberAttribute(null=True)
    written_at = UTCDateTimeAttribute(null=True)
    by_lead = ByLead()
    by_pending = ByPending()

    @property
    def number(self) -> int:
        """Its id."""
        return int(str(self.place).rpartition("#")[2])


class CallName(storage.Table):
    """What is there once, by a name that its maker gave it: a call by the telephony's id, a suggestion by its call and its quote."""

    Meta = storage.meta("sales-call-names")

    name = UnicodeAttribute(hash_key=True)
    number = NumberAttribute()

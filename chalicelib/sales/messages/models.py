"""What managers write."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage


class ByLead(GlobalSecondaryIndex[Any]):
    """A lead's messages in the order of their numbers."""

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


class SalesMessage(storage.Table):
    """One message; `place` is its contour and number (``live#0000000042``), `lead` its lead's place while it is not gone.

    `attempt` counts sendings, `ledger_id` is the letter of the last one. `owner` and `lead_removed` are the lead's, so that lists know
    whose it is. From `revision` on the attributes are the index' own.
    """

    Meta = storage.meta("sales-messages")

    place = UnicodeAttribute(hash_key=True)
    lead = UnicodeAttribute(null=True)
    client_id = UnicodeAttribute()
    owner = NumberAttribute(null=True)
    lead_removed = BooleanAttribute(null=True)
    created_by = NumberAttribute()
    message_type = UnicodeAttribute()
    subject = UnicodeAttribute(null=True)
    body = storage.PackedText()
    language = UnicodeAttribute(default="ru")
    purpose = UnicodeAttribute(default="service")
    status = UnicodeAttribute(default="draft")
    reason = UnicodeAttribute(null=True)
    attempt = NumberAttribute(default=0)
    ledger_id = UnicodeAttribute(null=True)
    channel = UnicodeAttribute(null=True)
    is_ai_generated = BooleanAttribute(default=False)
    ai_model = UnicodeAttribute(null=True)
    ai_tokens_used = NumberAttribute(null=True)
    external_id = UnicodeAttribute(null=True)
    error_message = UnicodeAttribute(null=True)
    sent_at = UTCDateTimeAttribute(null=True)
    delivered_at = UTCDateTimeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)
    removed_at = UTCDateTimeAttribute(null=True)

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

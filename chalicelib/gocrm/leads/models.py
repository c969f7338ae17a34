"""Leads and what became of them."""

from typing import Any

from pynamodb.attributes import JSONAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage
from chalicelib.core.storage import PackedJSON


class ByState(GlobalSecondaryIndex[Any]):
    """Leads of one state, by the moment they came."""

    class Meta:
        index_name = "of_state"
        projection = KeysOnlyProjection()

    state = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class LeadRow(storage.Table):
    """One lead. `said` is what goes to Go-CRM, under the names of `Said`; `fields` are its objections by our names.

    `effect_id` is the outbox row that sends it: an older one has no say any more.
    """

    Meta = storage.meta("gocrm-leads")

    lead_id = UnicodeAttribute(hash_key=True)
    state = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    client_id = UnicodeAttribute(null=True)
    lead_number = UnicodeAttribute(null=True)
    funnel = UnicodeAttribute(null=True)
    said = PackedJSON()
    consents = JSONAttribute(null=True)
    effect_id = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    fields = JSONAttribute(null=True)
    remote_id = UnicodeAttribute(null=True)
    sent_at = UTCDateTimeAttribute(null=True)
    of_state = ByState()

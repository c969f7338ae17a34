"""Consultations, and the names by which they are found."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage


class BySync(GlobalSecondaryIndex[Any]):
    """Consultations whose followers are behind: they wait, or one refused. The others are not in it."""

    class Meta:
        index_name = "by_sync"
        projection = KeysOnlyProjection()

    sync = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class Consultation(storage.Table):
    """A client's question. `place` counts his questions from one, so that any page of them costs the same.

    `chatwoot` and `onec` say where each follower stands (off, waiting, done, refused); `…_seen` is what it was last known to
    call the status, so that only what changed there is news here. `chatwoot_at` is the moment, by Chatwoot's clock, of what was
    heard last: what is older is late. Ids of Chatwoot are ids at `chatwoot_desk`; in a `chatwoot_shared` conversation an earlier
    question of the client stands before this one.
    """

    Meta = storage.meta("consultations")

    client_id = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    consultation_id = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    end_at = UTCDateTimeAttribute(null=True)
    status = UnicodeAttribute()
    lang = UnicodeAttribute()
    comment = UnicodeAttribute()
    topic = UnicodeAttribute(null=True)
    org_inn = UnicodeAttribute(null=True)
    online_question_cat = UnicodeAttribute(null=True)
    online_question = UnicodeAttribute(null=True)
    importance = NumberAttribute(null=True)
    scheduled_at = UTCDateTimeAttribute(null=True)
    source = UnicodeAttribute()
    cl_ref_key = UnicodeAttribute(null=True)
    number = UnicodeAttribute(null=True)
    sync = UnicodeAttribute(null=True)
    chatwoot = UnicodeAttribute()
    chatwoot_effect = UnicodeAttribute(null=True)
    chatwoot_error = UnicodeAttribute(null=True)
    chatwoot_seen = UnicodeAttribute(null=True)
    chatwoot_told = UnicodeAttribute(null=True)
    chatwoot_at = UTCDateTimeAttribute(null=True)
    chatwoot_desk = UnicodeAttribute(null=True)
    chatwoot_shared = BooleanAttribute(null=True)
    conversation_id = NumberAttribute(null=True)
    question_id = NumberAttribute(null=True)
    last_message_id = NumberAttribute(null=True)
    onec = UnicodeAttribute()
    onec_effect = UnicodeAttribute(null=True)
    onec_error = UnicodeAttribute(null=True)
    onec_seen = UnicodeAttribute(null=True)
    onec_told = UnicodeAttribute(null=True)
    by_sync = BySync()


class ConsultationName(storage.Table):
    """Another name of a consultation: our id, `chatwoot#<desk>#<conversation>`, `chatwoot#<conversation>`, `onec#<Ref_Key>`."""

    Meta = storage.meta("consultation-names")

    name = UnicodeAttribute(hash_key=True)
    client_id = UnicodeAttribute()
    place = UnicodeAttribute()

"""Jobs of language models, their calls, and what those cost."""

from typing import Any

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage


class AiJob(storage.Table):
    """Something that a model is asked for. `asked` says of what, as `kind` reads it; `mark` is a digest of that.

    `found` is what was made of the model's answer, from the moment at which that is paid for; `result` what its asker reads.
    """

    Meta = storage.meta("ai-jobs")

    job_id = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute()
    subject = UnicodeAttribute()
    mark = UnicodeAttribute()
    asked = storage.PackedJSON()
    created_by = NumberAttribute()
    state = UnicodeAttribute(default="queued")
    error = UnicodeAttribute(null=True)
    model = UnicodeAttribute(null=True)
    tokens = NumberAttribute(default=0)
    found = storage.PackedJSON(null=True)
    result = storage.PackedJSON(null=True)
    created_at = UTCDateTimeAttribute()
    finished_at = UTCDateTimeAttribute(null=True)
    expires_at = TTLAttribute()


class AiJobName(storage.Table):
    """The job that was made last of one input."""

    Meta = storage.meta("ai-job-names")

    name = UnicodeAttribute(hash_key=True)
    job_id = UnicodeAttribute()
    expires_at = TTLAttribute()


class ByOpen(GlobalSecondaryIndex[Any]):
    """Reservations whose call has not begun, by when they were made."""

    class Meta:
        index_name = "by_open"
        projection = KeysOnlyProjection()

    open_in = UnicodeAttribute(hash_key=True)
    made_at = UTCDateTimeAttribute(range_key=True)


class AiCall(storage.Table):
    """One call of a model, from the reservation of what it can cost at most: millionths of a dollar, on a day and in a month.

    `state`: reserved, sent (nobody knows more), answered, malformed, refused (nothing was done), lapsed. `cost` is what it takes of
    the budget.
    """

    Meta = storage.meta("ai-usage")

    job_id = UnicodeAttribute(hash_key=True)
    number = UnicodeAttribute(range_key=True)
    user = NumberAttribute()
    model = UnicodeAttribute()
    purpose = UnicodeAttribute()
    day = UnicodeAttribute()
    state = UnicodeAttribute(default="reserved")
    open_in = UnicodeAttribute(null=True)
    cost = NumberAttribute()
    input_tokens = NumberAttribute(default=0)
    output_tokens = NumberAttribute(default=0)
    made_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()
    by_open = ByOpen()


class AiSpent(storage.Table):
    """What a period has cost: `whose` is `all` on its budget's row (``day#2026-11-26``, ``month#2026-11``), else a day, a user and a model.

    `stopped_at` is when a job was first refused on that day.
    """

    Meta = storage.meta("ai-spent")

    period = UnicodeAttribute(hash_key=True)
    whose = UnicodeAttribute(range_key=True)
    cost = NumberAttribute(default=0)
    tokens = NumberAttribute(default=0)
    requests = NumberAttribute(default=0)
    stopped_at = UTCDateTimeAttribute(null=True)
    expires_at = TTLAttribute(null=True)

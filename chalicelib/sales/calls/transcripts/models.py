"""What was said."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Transcript(storage.Table):
    """The transcript of the call at `place`, and what was made of it. `stamp` is another with each transcript: an analysis is of one.

    `kept_at` is where in the bucket the segments are that no row has room for.
    """

    Meta = storage.meta("call-transcripts")

    place = UnicodeAttribute(hash_key=True)
    stamp = UnicodeAttribute()
    digest = UnicodeAttribute()
    language = UnicodeAttribute()
    source = UnicodeAttribute()
    segments = storage.PackedJSON(null=True)
    kept_at = UnicodeAttribute(null=True)
    model_used = UnicodeAttribute(null=True)
    confidence = NumberAttribute(null=True)
    processing_time = NumberAttribute(null=True)
    analysis = storage.PackedJSON(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute(null=True)

"""Questionnaires, and which row a visitor was just given."""

from pynamodb.attributes import JSONAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class ResearchRow(storage.Table):
    """One questionnaire. `visitor` is a keyed hash of where it came from; answers stay as they were given."""

    Meta = storage.meta("research")

    number = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    state = UnicodeAttribute()
    visitor = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    contact = UnicodeAttribute(null=True)
    client_id = UnicodeAttribute(null=True)
    answers = storage.PackedJSON(null=True)
    unproven = JSONAttribute(null=True)


class Visit(storage.Table):
    """The row that a visitor was given a few minutes ago."""

    Meta = storage.meta("visits")

    visitor = UnicodeAttribute(hash_key=True)
    number = UnicodeAttribute()
    given_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()

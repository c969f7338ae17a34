"""Feedback forms."""

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Feedback(storage.Table):
    """One client's form about one session; earlier versions stay in `history`."""

    Meta = storage.meta("feedback")

    client_id = UnicodeAttribute(hash_key=True)
    about = UnicodeAttribute(range_key=True)
    ticket_id = UnicodeAttribute(null=True)
    psychologist_name = UnicodeAttribute()
    session_date = UnicodeAttribute(null=True)
    answers = storage.PackedJSON()
    history = storage.PackedJSON(null=True)
    answer = UnicodeAttribute()
    given_at = UTCDateTimeAttribute()

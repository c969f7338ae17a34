"""What was said, and by what it is found."""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.core import storage

LISTED = "all"
FOUND_BY = ("ticket_id", "session_id", "object_type")
"""What a list asks of a row before it reads it whole: where its session stands, and what it is about."""


class ByMoment(GlobalSecondaryIndex[Any]):
    """Everything, in the order in which it was said."""

    class Meta:
        index_name = "by_moment"
        projection = IncludeProjection([*FOUND_BY, "client", "feedback_type"])

    listed_in = UnicodeAttribute(hash_key=True)
    given = UnicodeAttribute(range_key=True)


class ByType(GlobalSecondaryIndex[Any]):
    """The same of one kind: a house has a thousand ratings for each complaint."""

    class Meta:
        index_name = "by_type"
        projection = IncludeProjection([*FOUND_BY, "client"])

    feedback_type = UnicodeAttribute(hash_key=True)
    given = UnicodeAttribute(range_key=True)


class ByClient(GlobalSecondaryIndex[Any]):
    """What one client said."""

    class Meta:
        index_name = "by_client"
        projection = IncludeProjection([*FOUND_BY, "feedback_type", "about"])

    client = UnicodeAttribute(hash_key=True)
    given = UnicodeAttribute(range_key=True)


class ByObject(GlobalSecondaryIndex[Any]):
    """What was said of one thing."""

    class Meta:
        index_name = "by_object"
        projection = IncludeProjection([*FOUND_BY, "client", "feedback_type"])

    about = UnicodeAttribute(hash_key=True)
    given = UnicodeAttribute(range_key=True)


class Review(storage.Table):
    """One thing that was said. Where it stands says what it may be but once: `app#<client>#<card>` is a client's one live rating of a card,
    `session#<ticket>#<session>` the mark of a session; what the office wrote down is `office#<number>`.

    `given` is the moment and the number. Of a session's mark the words stay with the session. `history` are earlier ratings.
    """

    Meta = storage.meta("reviews")

    place = UnicodeAttribute(hash_key=True)
    number = NumberAttribute()
    listed_in = UnicodeAttribute(default=LISTED)
    given = UnicodeAttribute()
    given_at = UTCDateTimeAttribute()
    feedback_type = UnicodeAttribute()
    object_type = UnicodeAttribute(default="")
    object_id = NumberAttribute(null=True)
    about = UnicodeAttribute(null=True)
    client = UnicodeAttribute(null=True)
    client_id = UnicodeAttribute(null=True)
    rating = NumberAttribute(null=True)
    text = UnicodeAttribute(default="")
    source = UnicodeAttribute()
    status = UnicodeAttribute(default="new")
    ticket_id = UnicodeAttribute(null=True)
    session_id = UnicodeAttribute(null=True)
    history = storage.PackedJSON(null=True)
    version = NumberAttribute(default=0)
    by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    by_moment = ByMoment()
    by_type = ByType()
    by_client = ByClient()
    by_object = ByObject()

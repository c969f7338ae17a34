"""How a talk with a client stands."""

from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import storage


class Waiting(GlobalSecondaryIndex[Any]):
    """Talks in which a client waits for an answer, by since when: others are not in it."""

    class Meta:
        index_name = "waiting"
        projection = AllProjection()

    waiting_in = UnicodeAttribute(hash_key=True)
    since = UnicodeAttribute(range_key=True)


class ByTalk(GlobalSecondaryIndex[Any]):
    """All talks by their last word."""

    class Meta:
        index_name = "by_talk"
        projection = AllProjection()

    contour = UnicodeAttribute(hash_key=True)
    talked = UnicodeAttribute(range_key=True)


class Dialogue(storage.Table):
    """The talk with a client. From his first word that nobody has answered it is `waiting_in` its contour, `since` then.

    `heard` counts his words, `seen` how many of them somebody of ours has read or answered; `talked` is the moment of the last word either
    way, `last_id` that message, `channel` the one by which he wrote last. Moments are texts that sort as they do, with his id behind.
    """

    Meta = storage.meta("dialogues")

    client_id = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute()
    waiting_in = UnicodeAttribute(null=True)
    since = UnicodeAttribute(null=True)
    talked = UnicodeAttribute()
    last_id = UnicodeAttribute()
    channel = UnicodeAttribute(null=True)
    heard = NumberAttribute(default=0)
    seen = NumberAttribute(default=0)
    read_by = UnicodeAttribute(null=True)
    read_at = UTCDateTimeAttribute(null=True)
    waiting = Waiting()
    by_talk = ByTalk()

    @property
    def unread(self) -> int:
        """How many of his words nobody of ours has read."""
        return max(int(self.heard) - int(self.seen), 0)

"""The message ledger, and where chats have moved."""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.core import storage


class ByRecipient(GlobalSecondaryIndex[Any]):
    """One person's messages in time."""

    class Meta:
        index_name = "of_recipient"
        projection = KeysOnlyProjection()

    recipient = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class ByDay(GlobalSecondaryIndex[Any]):
    """Messages by the day that they were written: what counts are compared with."""

    class Meta:
        index_name = "by_day"
        projection = KeysOnlyProjection()

    day_in = UnicodeAttribute(hash_key=True)
    message_id = UnicodeAttribute(range_key=True)


class Listed(GlobalSecondaryIndex[Any]):
    """What was said to clients and heard of them, by the year and the moment of its writing: what panels list."""

    class Meta:
        index_name = "listed"
        projection = IncludeProjection(["recipient"])

    listed_in = UnicodeAttribute(hash_key=True)
    listed_at = UnicodeAttribute(range_key=True)


class MessageRow(storage.Table):
    """One message, in or out; it answers why somebody got it, or did not.

    `until` is the moment from which it is too late to say. `buttons` are those beyond the template's; `keyboard` is all of them as
    they were shown. `purpose` is marketing's alone; `named` is the only channel that may carry it,
    `counted` the channel on which it was counted for its day, `effect` the lane and id of what it leaves by. `kept_by` names who keeps
    an account of it elsewhere, see `endings`. `author` is whose words they are (`staff#7`, `office`), where a person wrote them;
    `group_name` what they call those whom they wrote to at once. `due_at` is when it leaves that was not to leave at once.
    """

    Meta = storage.meta("messages")

    message_id = UnicodeAttribute(hash_key=True)
    recipient = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    day_in = UnicodeAttribute(null=True)
    contour = UnicodeAttribute()
    direction = UnicodeAttribute(default="out")
    channel = UnicodeAttribute(default="telegram")
    language = UnicodeAttribute(default="ru")
    template = UnicodeAttribute(null=True)
    values = storage.PackedJSON(null=True)
    buttons = storage.PackedJSON(null=True)
    until = UTCDateTimeAttribute(null=True)
    purpose = UnicodeAttribute(null=True)
    named = UnicodeAttribute(null=True)
    counted = UnicodeAttribute(null=True)
    effect = JSONAttribute(null=True)
    kept_by = JSONAttribute(null=True)
    author = UnicodeAttribute(null=True)
    subject = UnicodeAttribute(null=True)
    group_name = UnicodeAttribute(null=True)
    due_at = UTCDateTimeAttribute(null=True)
    listed_in = UnicodeAttribute(null=True)
    listed_at = UnicodeAttribute(null=True)
    cause = UnicodeAttribute()
    ticket_id = UnicodeAttribute(null=True)
    state = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    text = storage.PackedText(null=True)
    keyboard = storage.PackedJSON(null=True)
    parts_sent = NumberAttribute(default=0)
    sent_at = UTCDateTimeAttribute(null=True)
    remote_id = UnicodeAttribute(null=True)
    of_recipient = ByRecipient()
    by_day = ByDay()
    listed = Listed()


class ChatMove(storage.Table):
    """A chat that is another one now. Telegram moves a group once; should it move again, the first id leads to the last."""

    Meta = storage.meta("chat-moves")

    chat_id = UnicodeAttribute(hash_key=True)
    moved_to = UnicodeAttribute()
    moved_at = UTCDateTimeAttribute()

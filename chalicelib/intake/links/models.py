"""Questions to those who followed a link and must say who they are."""

from pynamodb.attributes import TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class ContactQuestion(storage.Table):
    """What a Telegram account followed, a ticket or a form's number, and was asked for its phone about; the newest is the open one."""

    Meta = storage.meta("contact-questions")

    account = UnicodeAttribute(hash_key=True)
    ticket_id = UnicodeAttribute()
    contour = UnicodeAttribute()
    asked_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()

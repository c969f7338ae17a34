"""Those who sign in, the names that are theirs alone, and their sessions."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class StaffUser(storage.Table):
    """One who works here. All stand under one key: a house has tens of them, and a list that is read whole is never behind.

    `epoch` is what sessions were opened under: one more ends them all in the write that says why. `by` is who changed the row last.
    """

    Meta = storage.meta("staff-users")

    house = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute(range_key=True)
    email = UnicodeAttribute(null=True)
    username = UnicodeAttribute(null=True)
    full_name = UnicodeAttribute(null=True)
    role = UnicodeAttribute()
    phone = UnicodeAttribute(null=True)
    timezone = UnicodeAttribute()
    language = UnicodeAttribute()
    email_notifications = BooleanAttribute()
    sms_notifications = BooleanAttribute()
    telegram_id = UnicodeAttribute(null=True)
    is_active = BooleanAttribute()
    password = UnicodeAttribute(null=True)
    epoch = NumberAttribute(default=0)
    version = NumberAttribute(default=1)
    by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute(null=True)
    last_login = UTCDateTimeAttribute(null=True)
    deleted_at = UTCDateTimeAttribute(null=True)
    handed_to = UnicodeAttribute(null=True)


class StaffName(storage.Table):
    """What is one user's alone: an e-mail, a username, a Telegram account. `freed` may pass to another."""

    Meta = storage.meta("staff-names")

    name = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    freed = BooleanAttribute(null=True)


class StaffSession(storage.Table):
    """Somebody signed in: by tokens (`turn` is the refresh token that is good now), in Telegram's Mini App, or in a browser."""

    Meta = storage.meta("staff-sessions")

    session_id = UnicodeAttribute(hash_key=True)
    user_id = UnicodeAttribute()
    kind = UnicodeAttribute()
    epoch = NumberAttribute()
    turn = NumberAttribute(default=1)
    opened_at = UTCDateTimeAttribute()
    renewed_at = UTCDateTimeAttribute()
    ends_at = UTCDateTimeAttribute()
    expires_at = TTLAttribute()

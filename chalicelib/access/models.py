"""Login codes: what they are made of, never the codes."""

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class LoginCode(storage.Table):
    """The last code sent to a Telegram account. The code is a keyed hash of `holder` and `nonce`; no row holds it."""

    Meta = storage.meta("login-codes")

    holder = UnicodeAttribute(hash_key=True)
    nonce = UnicodeAttribute()
    client_id = UnicodeAttribute()
    sent_at = UTCDateTimeAttribute()
    good_until = UTCDateTimeAttribute()
    tries = NumberAttribute(default=0)
    used_at = UTCDateTimeAttribute(null=True)
    day = UnicodeAttribute()
    sent_on_day = NumberAttribute()
    expires_at = TTLAttribute()

"""What is kept of the cabinet: who is signed in, what was asked twice. Nothing that the club knows of a family."""

from pynamodb.attributes import JSONAttribute, NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class CabinetSession(storage.Table):
    """A signed-in parent, by the digest of the token that he was given; Go-CRM's own token never leaves this row."""

    Meta = storage.meta("gocrm-sessions")

    token_hash = UnicodeAttribute(hash_key=True)
    owner = UnicodeAttribute()
    client_id = UnicodeAttribute()
    access_token = UnicodeAttribute()
    until = UTCDateTimeAttribute()
    expires_at = TTLAttribute()


class CabinetCode(storage.Table):
    """What was asked for a phone: when, how often that day, and how many codes were tried since."""

    Meta = storage.meta("gocrm-codes")

    holder = UnicodeAttribute(hash_key=True)
    asked_at = UTCDateTimeAttribute()
    day = UnicodeAttribute()
    on_day = NumberAttribute(default=1)
    tries = NumberAttribute(default=0)
    until = UTCDateTimeAttribute()
    expires_at = TTLAttribute()


class Booking(storage.Table):
    """That a child was put into a window, or is being put; so that a repeat, or an answer that was lost, books once."""

    Meta = storage.meta("gocrm-bookings")

    booking = UnicodeAttribute(hash_key=True)
    state = UnicodeAttribute()
    starts_at = UTCDateTimeAttribute()
    lesson = JSONAttribute(null=True)
    expires_at = TTLAttribute()


class LiveLink(storage.Table):
    """A payment link that may still be used, or that somebody is making."""

    Meta = storage.meta("gocrm-payment-links")

    link = UnicodeAttribute(hash_key=True)
    url = UnicodeAttribute(null=True)
    until = UTCDateTimeAttribute()
    expires_at = TTLAttribute()

"""Clients and the signs they are known by."""

from pynamodb.attributes import (
    JSONAttribute,
    ListAttribute,
    MapAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)

from chalicelib.core import storage


class Consent(MapAttribute[str, object]):
    """One yes or no: to what, when, where it was said, and which version of the text the person read."""

    purpose = UnicodeAttribute()
    given = UnicodeAttribute()
    at = UTCDateTimeAttribute()
    source = UnicodeAttribute()
    version = UnicodeAttribute()


class Client(storage.Table):
    """One person, known once. `dead_channels` cannot reach him; `possible_duplicates` are for a person to judge.

    Since `paused_at` nothing goes to him by the clock alone, until a person lifts it.
    """

    Meta = storage.meta("clients")

    client_id = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute()
    lead_number = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    name = UnicodeAttribute(null=True)
    age = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    telegram_id = UnicodeAttribute(null=True)
    telegram_username = UnicodeAttribute(null=True)
    raw_contacts = UnicodeSetAttribute(null=True)
    timezone = UnicodeAttribute(null=True)
    dead_channels = UnicodeSetAttribute(null=True)
    possible_duplicates = UnicodeSetAttribute(null=True)
    consents: ListAttribute[Consent] = ListAttribute(of=Consent, null=True)
    first_utm = JSONAttribute(null=True)
    paused_at = UTCDateTimeAttribute(null=True)
    paused_reason = UnicodeAttribute(null=True)


class Identity(storage.Table):
    """One sign of one client: its existence is what makes two simultaneous forms one person."""

    Meta = storage.meta("identities")

    identity = UnicodeAttribute(hash_key=True)
    client_id = UnicodeAttribute()
    lead_number = UnicodeAttribute()

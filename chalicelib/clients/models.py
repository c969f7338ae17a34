"""Clients and the signs they are known by."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, MapAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Client(storage.Table):
    """One person, known once. `dead_channels` cannot reach him: `telegram`, of others the mark of the
    dead address; `preferred_channel` is tried first; `vk_id` and
    `max_id` are accounts that wrote to us; `possible_duplicates` are for a person to judge.

    `unreached` are the causes for which no word reached him, and of which the admin was told.

    Since `paused_at` nothing goes to him by the clock alone, until a person lifts it. Since `proven_at` he has a proven sign;
    until then `typed` names the identities that somebody typed, `made_by` the ticket that made him, and `shared` says that
    another ticket or sign points at him too. `known_as` are identities that other systems gave him. One who was `merged_into`
    another is read there (`merged_number`); `was` are the numbers, phones, e-mails and @names of those who became him.
    `agreements` are the latest answers by purpose: given, at, source and the version of the text that was read.
    """

    Meta = storage.meta("clients")

    client_id = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute()
    lead_number = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    name = UnicodeAttribute(null=True)
    age = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    phone_proven = BooleanAttribute(null=True)
    email = UnicodeAttribute(null=True)
    email_proven = BooleanAttribute(null=True)
    telegram_id = UnicodeAttribute(null=True)
    telegram_username = UnicodeAttribute(null=True)
    vk_id = UnicodeAttribute(null=True)
    max_id = UnicodeAttribute(null=True)
    raw_contacts = UnicodeSetAttribute(null=True)
    timezone = UnicodeAttribute(null=True)
    dead_channels = UnicodeSetAttribute(null=True)
    preferred_channel = UnicodeAttribute(null=True)
    unreached = UnicodeSetAttribute(null=True)
    possible_duplicates = UnicodeSetAttribute(null=True)
    agreements: Any = MapAttribute(null=True)
    first_utm = JSONAttribute(null=True)
    paused_at = UTCDateTimeAttribute(null=True)
    paused_reason = UnicodeAttribute(null=True)
    proven_at = UTCDateTimeAttribute(null=True)
    typed = UnicodeSetAttribute(null=True)
    known_as = UnicodeSetAttribute(null=True)
    made_by = UnicodeAttribute(null=True)
    shared = BooleanAttribute(null=True)
    merged_into = UnicodeAttribute(null=True)
    merged_number = UnicodeAttribute(null=True)
    merged_at = UTCDateTimeAttribute(null=True)
    merged_why = UnicodeAttribute(null=True)
    was = UnicodeSetAttribute(null=True)

    @property
    def consents(self) -> dict[str, dict[str, str]]:
        """The latest answer to each purpose; a purpose that nobody asked about is missing."""
        kept = getattr(self.agreements, "attribute_values", self.agreements) or {}  # of a row that is not written yet it is an attribute
        return {purpose: dict(answer) for purpose, answer in kept.items()}

    @property
    def is_proven(self) -> bool:
        """Whether one of his signs is proven; a Telegram account always was, also before it was written down."""
        return bool(self.proven_at or self.telegram_id)


class Identity(storage.Table):
    """One sign of one client: its existence is what makes two simultaneous forms one person.

    A `hint` was typed by somebody who turned out to be proven otherwise: it points at nobody, and only tells the office of a
    possible pair. `beside` are the sure signs that a weak one came with. Rows from before `proven` say nothing of proof.
    """

    Meta = storage.meta("identities")

    identity = UnicodeAttribute(hash_key=True)
    client_id = UnicodeAttribute()
    lead_number = UnicodeAttribute()
    proven = BooleanAttribute(null=True)
    proven_by = UnicodeAttribute(null=True)
    proven_at = UTCDateTimeAttribute(null=True)
    hint = BooleanAttribute(null=True)
    beside = UnicodeSetAttribute(null=True)

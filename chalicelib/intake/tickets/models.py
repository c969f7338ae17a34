"""Tickets."""

from typing import Any

from pynamodb.attributes import (
    JSONAttribute,
    NumberAttribute,
    TTLAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.core import storage


class ByClient(GlobalSecondaryIndex[Any]):
    """One client's tickets in time, with what tells a diagnostic one that waits for its session."""

    class Meta:
        index_name = "of_client"
        projection = IncludeProjection(["kind", "tie", "booked_at", "name"])

    client_id = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class AwaitingLink(GlobalSecondaryIndex[Any]):
    """Tickets whose link nobody has followed and nobody was told about."""

    class Meta:
        index_name = "awaiting_link"
        projection = KeysOnlyProjection()

    awaiting_in = UnicodeAttribute(hash_key=True)
    link_created_at = UTCDateTimeAttribute(range_key=True)


class WaitingForHelp(GlobalSecondaryIndex[Any]):
    """Helping-hand applications for which no specialist was found yet. Read by `scripts/fill_due.py`, and by specialists."""

    class Meta:
        index_name = "waiting_for_help"
        projection = KeysOnlyProjection()

    helping_in = UnicodeAttribute(hash_key=True)
    created_at = UTCDateTimeAttribute(range_key=True)


class HelpDue(GlobalSecondaryIndex[Any]):
    """The same by the moment at which each is to be asked about next: a tick costs what is due, not what waits."""

    class Meta:
        index_name = "help_due"
        projection = KeysOnlyProjection()

    helping_in = UnicodeAttribute(hash_key=True)
    help_due_at = UTCDateTimeAttribute(range_key=True)


class ByDay(GlobalSecondaryIndex[Any]):
    """Tickets by the day of their opening: what counts are compared with."""

    class Meta:
        index_name = "by_day"
        projection = KeysOnlyProjection()

    day_in = UnicodeAttribute(hash_key=True)
    ticket_id = UnicodeAttribute(range_key=True)


class Ticket(storage.Table):
    """One application. Its id is unguessable, so whoever shows it was given it.

    `tie` says what connects it with its client: it `made` him, merely names him (`typed`), or he proved that it is his (`proven`).
    `made_signs` are the identities it typed for a client it made; `consents`, `utm` and `alarm` wait here for that proof.
    `typed_from` marks the network address of a stranger's form.
    `asked_by` are the accounts that followed the link and were asked who they are; `was_client` is who was folded into the owner.
    `price` is what he can pay, as he said it to the helping hand.
    `parent_ticket_id` is the one it was reassigned from; `rejected_specialists` (id → name) are not to be offered to its client.
    """

    Meta = storage.meta("tickets")

    ticket_id = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute()
    kind = UnicodeAttribute()
    status = UnicodeAttribute(default="new")
    client_id = UnicodeAttribute()
    lead_number = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    day_in = UnicodeAttribute(null=True)
    updated_at = UTCDateTimeAttribute()
    name = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    telegram = UnicodeAttribute(null=True)
    contact = UnicodeAttribute(null=True)
    request_text = UnicodeAttribute(null=True)
    price = UnicodeAttribute(null=True)
    form_ticket_id = UnicodeAttribute(null=True)
    answers = storage.PackedJSON(null=True)
    order = JSONAttribute(null=True)
    utm = JSONAttribute(null=True)
    held = storage.PackedJSON(null=True)
    matches = storage.PackedJSON(null=True)
    link = UnicodeAttribute(null=True)
    awaiting_in = UnicodeAttribute(null=True)
    link_created_at = UTCDateTimeAttribute(null=True)
    tie = UnicodeAttribute(null=True)
    made_signs = UnicodeSetAttribute(null=True)
    age = UnicodeAttribute(null=True)
    timezone = UnicodeAttribute(null=True)
    consents = JSONAttribute(null=True)
    alarm = UnicodeAttribute(null=True)
    typed_from = UnicodeAttribute(null=True)
    asked_by = UnicodeSetAttribute(null=True)
    was_client = UnicodeAttribute(null=True)
    followed_by = UnicodeAttribute(null=True)
    followed_at = UTCDateTimeAttribute(null=True)
    link_answer = UnicodeAttribute(null=True)
    other_accounts = UnicodeSetAttribute(null=True)
    booked_at = UTCDateTimeAttribute(null=True)
    parent_ticket_id = UnicodeAttribute(null=True)
    rejected_specialists = JSONAttribute(null=True)
    played_until = UTCDateTimeAttribute(null=True)
    helping_in = UnicodeAttribute(null=True)
    help_stage = NumberAttribute(null=True)
    help_due_at = UTCDateTimeAttribute(null=True)
    waiting_for_help = WaitingForHelp()
    help_due = HelpDue()
    of_client = ByClient()
    awaiting_link = AwaitingLink()
    by_day = ByDay()

    @property
    def is_proven(self) -> bool:
        """Whether its client is known to be the one whose it is; of old, whoever followed its link."""
        return self.tie == "proven" if self.tie else bool(self.followed_by or not self.link)


class FormNumber(storage.Table):
    """The tickets of the forms that called themselves by one number: a browser made it up, so two people may bear one."""

    Meta = storage.meta("form-numbers")

    number = UnicodeAttribute(hash_key=True)
    ticket_ids = UnicodeSetAttribute()
    expires_at = TTLAttribute()

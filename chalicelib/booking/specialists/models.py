"""Specialists and the names they are found by."""

from typing import Any

from pynamodb.attributes import (
    BinaryAttribute,
    BooleanAttribute,
    JSONAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UnicodeSetAttribute,
    UTCDateTimeAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import storage


class ByContour(GlobalSecondaryIndex[Any]):
    """All specialists of a contour by name; some hundreds at most."""

    class Meta:
        index_name = "by_contour"
        projection = AllProjection()

    contour = UnicodeAttribute(hash_key=True)
    name = UnicodeAttribute(range_key=True)


class Specialist(storage.Table):
    """One who sees clients. Money is kopecks; `assigned_days` are the business days of his sessions ahead.

    `source_mark` is the last change that another system sent of him and what it was answered. `provided_through` is the
    business day up to which the tick counted `number_of_clients_provided`; none where somebody else said that number. `profile` is
    what he shows of himself, see `profile`: nothing that is private, for whoever reads rows of many reads it too.
    """

    Meta = storage.meta("specialists")

    specialist_id = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute()
    name = UnicodeAttribute()
    name_key = UnicodeAttribute()
    telegram_id = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    gender = UnicodeAttribute(null=True)
    age = NumberAttribute(null=True)
    price_min = NumberAttribute(null=True)
    price_max = NumberAttribute(null=True)
    specialisations = JSONAttribute(null=True)
    debt = NumberAttribute(default=0)
    number_of_clients_provided = NumberAttribute(default=0)
    provided_through = UnicodeAttribute(null=True)
    active = BooleanAttribute(default=True)
    assigned_days = JSONAttribute(null=True)
    updated_at = UTCDateTimeAttribute()
    source_at = UnicodeAttribute(null=True)
    source_mark = JSONAttribute(null=True)
    profile = storage.PackedJSON(null=True)
    by_contour = ByContour()


class RosterPage(storage.Table):
    """Some of a large contour's specialists as ranking sees them, packed; see `roster`."""

    Meta = storage.meta("roster")

    contour = UnicodeAttribute(hash_key=True)
    page = UnicodeAttribute(range_key=True)
    packed = BinaryAttribute(legacy_encoding=False)


class SpecialistName(storage.Table):
    """Who bears a name, an account or a secret's hash, so that he is one read away; two people may bear one name."""

    Meta = storage.meta("specialist-names")

    name_key = UnicodeAttribute(hash_key=True)
    specialist_ids = UnicodeSetAttribute(null=True)


class SpecialistSecret(storage.Table):
    """What opens a specialist's own page: apart from his row, so that whoever lists people never holds it.

    `renewed`: the office made it anew, so that the old database's is no longer heard.
    """

    Meta = storage.meta("specialist-secrets")

    specialist_id = UnicodeAttribute(hash_key=True)
    secret = UnicodeAttribute()
    renewed = BooleanAttribute(default=False)

"""Cards of those who work here, whose a user or a specialist is, and what was changed."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import storage


class Employee(storage.Table):
    """One who works here, or did. All stand under one key: a house has tens of them, and a list that is read whole is never behind.

    Rates are kopecks. `user_id` is who signs in as him, `telegram_id` his account while he has no user; `by` is who changed the card last.
    """

    Meta = storage.meta("employees")

    house = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)
    full_name = UnicodeAttribute()
    category_id = NumberAttribute(null=True)
    position = UnicodeAttribute(default="")
    email = UnicodeAttribute(default="")
    phone = UnicodeAttribute(default="")
    status = UnicodeAttribute(default="active")
    payment_type = UnicodeAttribute(default="hourly")
    hourly_rate = NumberAttribute(default=0)
    piece_rate = NumberAttribute(default=0)
    is_bookable = BooleanAttribute(default=True)
    specialist_id = UnicodeAttribute(null=True)
    user_id = NumberAttribute(null=True)
    telegram_id = UnicodeAttribute(null=True)
    hired_at = UnicodeAttribute(null=True)
    archived_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)
    by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()

    @property
    def number(self) -> int:
        """What callers know him by."""
        return int(self.place)

    @property
    def is_archived(self) -> bool:
        """Whether he works here no more."""
        return bool(self.status != "active")


class EmployeeLink(storage.Table):
    """A user (`user#7`) or a specialist (`specialist#sp1`): the row's existence is what makes him one card's."""

    Meta = storage.meta("employee-links")

    link = UnicodeAttribute(hash_key=True)
    employee = NumberAttribute()


class EmployeeEvent(storage.Table):
    """One thing that was changed of somebody, or accrued to him. `happened` is the moment and the number."""

    Meta = storage.meta("employee-events")

    employee = UnicodeAttribute(hash_key=True)
    happened = UnicodeAttribute(range_key=True)
    number = NumberAttribute()
    event_type = UnicodeAttribute()
    field = UnicodeAttribute(default="")
    old_value = UnicodeAttribute(null=True)
    new_value = UnicodeAttribute(null=True)
    payload: Any = JSONAttribute(null=True)
    by = UnicodeAttribute()
    created_at = UTCDateTimeAttribute()

"""Sessions, kept under the ticket they came from."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.core import storage


class LiveByStart(GlobalSecondaryIndex[Any]):
    """Pending and confirmed sessions in time; ended ones leave the index, so a tick costs what is due."""

    class Meta:
        index_name = "live_from"
        projection = IncludeProjection(["status", "payment_due_at"])

    live_in = UnicodeAttribute(hash_key=True)
    start_at = UTCDateTimeAttribute(range_key=True)


class ByNotice(GlobalSecondaryIndex[Any]):
    """Sessions by the moment at which a tick has something to do with them: what was said leaves, so a tick costs what is new."""

    class Meta:
        index_name = "by_notice"
        projection = KeysOnlyProjection()

    notice_in = UnicodeAttribute(hash_key=True)
    notice_at = UTCDateTimeAttribute(range_key=True)


class ByClient(GlobalSecondaryIndex[Any]):
    """One client's sessions in time."""

    class Meta:
        index_name = "of_client"
        projection = KeysOnlyProjection()

    client_id = UnicodeAttribute(hash_key=True)
    start_at = UTCDateTimeAttribute(range_key=True)


class BySpecialist(GlobalSecondaryIndex[Any]):
    """One specialist's sessions in time: when, and what became of each."""

    class Meta:
        index_name = "of_specialist"
        projection = IncludeProjection(["status", "contour"])

    specialist_id = UnicodeAttribute(hash_key=True)
    start_at = UTCDateTimeAttribute(range_key=True)


class ByMonth(GlobalSecondaryIndex[Any]):
    """Sessions of a month by their start, whatever became of them: what the office lists, and what counts are compared with."""

    class Meta:
        index_name = "by_month"
        projection = KeysOnlyProjection()

    month_in = UnicodeAttribute(hash_key=True)
    begins = UnicodeAttribute(range_key=True)


class Session(storage.Table):
    """One session. Its id survives a move; a cancelled one stays for the history.

    `office_asked` counts how often the office was asked how it ended, where nobody had confirmed it. `notice_in` and `notice_at`
    are the next notice and its moment, none when nothing is due any more (see `rules.next_notice`). `begins` is the start and the id.

    `origin` is `crm` where the office or the Mini App made it, as appointment `number`: with whom (`employee`), of what (`product`),
    where (`location`), from where (`source`). `is_made`: its slot was made for it, and goes with it.

    `start_set_at` is the moment at which it was given this start: what would have been due before it is nobody's concern.
    """

    Meta = storage.meta("sessions")

    ticket_id = UnicodeAttribute(hash_key=True)
    session_id = UnicodeAttribute(range_key=True)
    contour = UnicodeAttribute()
    client_id = UnicodeAttribute()
    client_name = UnicodeAttribute(null=True)
    lead_number = UnicodeAttribute(null=True)
    specialist_id = UnicodeAttribute()
    specialist_name = UnicodeAttribute()
    slot_id = UnicodeAttribute()
    start_at = UTCDateTimeAttribute()
    month_in = UnicodeAttribute(null=True)
    begins = UnicodeAttribute(null=True)
    end_at = UTCDateTimeAttribute()
    minutes = NumberAttribute()
    status = UnicodeAttribute()
    live_in = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    start_set_at = UTCDateTimeAttribute(null=True)
    payment_due_at = UTCDateTimeAttribute(null=True)
    amount = NumberAttribute(null=True)
    cancellation_reason = UnicodeAttribute(null=True)
    rating = NumberAttribute(null=True)
    feedback = UnicodeAttribute(null=True)
    rating_history = JSONAttribute(null=True)
    ladder = JSONAttribute(null=True)
    reminded_for = UTCDateTimeAttribute(null=True)
    office_asked = NumberAttribute(null=True)
    notice_in = UnicodeAttribute(null=True)
    notice_at = UTCDateTimeAttribute(null=True)
    conference_provider = UnicodeAttribute(null=True)
    conference_id = UnicodeAttribute(null=True)
    conference_url = UnicodeAttribute(null=True)
    conference_at = UTCDateTimeAttribute(null=True)
    conference_minutes = NumberAttribute(null=True)
    conference_trouble = UnicodeAttribute(null=True)
    origin = UnicodeAttribute(null=True)
    number = NumberAttribute(null=True)
    employee = NumberAttribute(null=True)
    product = NumberAttribute(null=True)
    location = NumberAttribute(null=True)
    title = UnicodeAttribute(null=True)
    source = UnicodeAttribute(null=True)
    comment = UnicodeAttribute(null=True)
    is_made = BooleanAttribute(null=True)
    live_from = LiveByStart()
    by_notice = ByNotice()
    of_client = ByClient()
    of_specialist = BySpecialist()
    by_month = ByMonth()

"""Leads, and what is kept of their past."""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage


class ByOpened(GlobalSecondaryIndex[Any]):
    """Leads by when their deal was opened."""

    class Meta:
        index_name = "by_opened"
        projection = KeysOnlyProjection()

    listed_in = UnicodeAttribute(hash_key=True)
    opened_at = UTCDateTimeAttribute(range_key=True)


class ByClosed(GlobalSecondaryIndex[Any]):
    """Leads by when their deal came to its end, where it has."""

    class Meta:
        index_name = "by_closed"
        projection = KeysOnlyProjection()

    listed_in = UnicodeAttribute(hash_key=True)
    closed_at = UTCDateTimeAttribute(range_key=True)


class ByExpected(GlobalSecondaryIndex[Any]):
    """Leads by the day on which their deal is, or was, expected to close, where one is known."""

    class Meta:
        index_name = "by_expected"
        projection = KeysOnlyProjection()

    listed_in = UnicodeAttribute(hash_key=True)
    expected_close = UnicodeAttribute(range_key=True)


class ByUpdated(GlobalSecondaryIndex[Any]):
    """Leads by when they were changed last."""

    class Meta:
        index_name = "by_updated"
        projection = KeysOnlyProjection()

    listed_in = UnicodeAttribute(hash_key=True)
    updated_at = UTCDateTimeAttribute(range_key=True)


class ByFollowUp(GlobalSecondaryIndex[Any]):
    """Leads whom somebody means to speak to, by when."""

    class Meta:
        index_name = "by_follow_up"
        projection = KeysOnlyProjection()

    follow_in = UnicodeAttribute(hash_key=True)
    next_follow_up = UTCDateTimeAttribute(range_key=True)


class ByRescore(GlobalSecondaryIndex[Any]):
    """Leads whose score is to be looked at again though nothing happens, by when."""

    class Meta:
        index_name = "by_rescore"
        projection = KeysOnlyProjection()

    rescore_in = UnicodeAttribute(hash_key=True)
    rescore_at = UTCDateTimeAttribute(range_key=True)


class ByWaiting(GlobalSecondaryIndex[Any]):
    """Leads whom nobody has answered, the longest waiting first."""

    class Meta:
        index_name = "by_waiting"
        projection = KeysOnlyProjection()

    waiting_in = UnicodeAttribute(hash_key=True)
    opened_at = UTCDateTimeAttribute(range_key=True)


class Lead(storage.Table):
    """What sales keeps of one client, at his place in the people index (``live#0000000722``); his name and contacts are his card's.

    The fields of a deal are the current one's; `opened_at` is when that was opened, and earlier ones stand in his past. `furthest` is
    the furthest stage that it reached, `stays` the hours that it spent in each, `contacts` how often one of ours spoke to him,
    `deals_won` how many of all his deals were won.
    `amount` in kopecks (hundredths of `currency`). `score`, `score_category` and `detail` are as they were at `scored_at`.
    `listed_in`, `follow_in`, `rescore_in`, `waiting_in` are the contour while he stands in that index: one who was removed is in none.
    `told_waiting_at` is when the admin heard that he waits. `revision` grows with every change, `version` with those of what a form says.
    """

    Meta = storage.meta("sales-leads")

    place = UnicodeAttribute(hash_key=True)
    client_id = UnicodeAttribute()
    version = NumberAttribute(default=1)
    revision = NumberAttribute(default=1)
    listed_in = UnicodeAttribute(null=True)
    follow_in = UnicodeAttribute(null=True)
    rescore_in = UnicodeAttribute(null=True)
    waiting_in = UnicodeAttribute(null=True)
    first_opened_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute()
    removed_at = UTCDateTimeAttribute(null=True)

    opened_at = UTCDateTimeAttribute()
    deal_no = NumberAttribute(default=1)
    deals_won = NumberAttribute(default=0)
    status = UnicodeAttribute(default="new")
    stage = UnicodeAttribute(default="new")
    stage_at = UTCDateTimeAttribute()
    furthest = UnicodeAttribute(default="new")
    stays = JSONAttribute(null=True)
    outcome = UnicodeAttribute(null=True)
    lost_reason = UnicodeAttribute(null=True)
    closed_at = UTCDateTimeAttribute(null=True)
    amount = NumberAttribute(null=True)
    currency = UnicodeAttribute(null=True)
    expected_close = UnicodeAttribute(null=True)
    forecast_category = UnicodeAttribute(null=True)
    category_by_hand = UnicodeAttribute(null=True)
    source = UnicodeAttribute()
    source_data = storage.PackedJSON(null=True)
    assigned_to = NumberAttribute(null=True)
    contacts = NumberAttribute(default=0)
    last_contacted = UTCDateTimeAttribute(null=True)
    first_response_at = UTCDateTimeAttribute(null=True)
    next_follow_up = UTCDateTimeAttribute(null=True)
    told_waiting_at = UTCDateTimeAttribute(null=True)

    company = UnicodeAttribute(null=True)
    position = UnicodeAttribute(null=True)
    website = UnicodeAttribute(null=True)
    address = UnicodeAttribute(null=True)
    city = UnicodeAttribute(null=True)
    state = UnicodeAttribute(null=True)
    country = UnicodeAttribute(null=True)
    postal_code = UnicodeAttribute(null=True)
    industry = UnicodeAttribute(null=True)
    company_size = UnicodeAttribute(null=True)
    annual_revenue = NumberAttribute(null=True)
    tags = UnicodeSetAttribute(null=True)
    custom_fields = storage.PackedJSON(null=True)
    notes = storage.PackedText(null=True)
    crm_id = UnicodeAttribute(null=True)
    crm_type = UnicodeAttribute(null=True)

    score = NumberAttribute(null=True)
    score_category = UnicodeAttribute(default="unknown")
    detail = storage.PackedJSON(null=True)
    scored_at = UTCDateTimeAttribute(null=True)
    rescore_at = UTCDateTimeAttribute(null=True)

    by_opened = ByOpened()
    by_closed = ByClosed()
    by_expected = ByExpected()
    by_updated = ByUpdated()
    by_follow_up = ByFollowUp()
    by_rescore = ByRescore()
    by_waiting = ByWaiting()

    @property
    def number(self) -> int:
        """His id: the digits of his lead number."""
        return int(str(self.place).rpartition("#")[2])


class PastByOpened(GlobalSecondaryIndex[Any]):
    """Deals that are over and were followed by another, by when they were opened."""

    class Meta:
        index_name = "by_opened"
        projection = KeysOnlyProjection()

    listed_in = UnicodeAttribute(hash_key=True)
    opened_at = UTCDateTimeAttribute(range_key=True)


class PastByClosed(GlobalSecondaryIndex[Any]):
    """The same by when they came to their ends."""

    class Meta:
        index_name = "by_closed"
        projection = KeysOnlyProjection()

    listed_in = UnicodeAttribute(hash_key=True)
    closed_at = UTCDateTimeAttribute(range_key=True)


class Past(storage.Table):
    """One thing of a lead's past; `entry` is its kind, and its moment or number: ``score#…``, ``stage#…``, ``owner#…``, ``deal#0001``.

    `said` is what it was. A deal's is what a fact says of one; only deals are listed, each where its days say. A deal that was removed
    with its lead is not: no figure has it.
    """

    Meta = storage.meta("sales-history")

    place = UnicodeAttribute(hash_key=True)
    entry = UnicodeAttribute(range_key=True)
    noted_at = UTCDateTimeAttribute()
    by = UnicodeAttribute()
    said = storage.PackedJSON()
    listed_in = UnicodeAttribute(null=True)
    opened_at = UTCDateTimeAttribute(null=True)
    closed_at = UTCDateTimeAttribute(null=True)
    by_opened = PastByOpened()
    by_closed = PastByClosed()

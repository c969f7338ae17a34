"""Forecasts, and what is known of periods."""

from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection, KeysOnlyProjection

from chalicelib.core import storage


class ByPeriod(GlobalSecondaryIndex[Any]):
    """Forecasts in the order of their periods, with what lists filter and search by."""

    class Meta:
        index_name = "by_period"
        projection = IncludeProjection(["status", "assigned_to", "period_type", "notes", "created_at"])

    listed_in = UnicodeAttribute(hash_key=True)
    starts = UnicodeAttribute(range_key=True)


class ByDue(GlobalSecondaryIndex[Any]):
    """Forecasts that are not closed, by the last day of their periods."""

    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_in = UnicodeAttribute(hash_key=True)
    period_end = UnicodeAttribute(range_key=True)


class Forecast(storage.Table):
    """What a period will bring, as it was worked out and as somebody has it. Amounts in kopecks.

    `made` is what it was made of, and never changes; `predicted_*`, `columns`, `low` and `high` are what stands now, and `adjustments` what
    was changed by hand. `due_in` is the contour until it is closed; `starts` the period's first day with the id.
    """

    Meta = storage.meta("sales-forecasts")

    place = UnicodeAttribute(hash_key=True)
    listed_in = UnicodeAttribute()
    starts = UnicodeAttribute()
    due_in = UnicodeAttribute(null=True)
    period_type = UnicodeAttribute()
    period_start = UnicodeAttribute()
    period_end = UnicodeAttribute()
    assigned_to = NumberAttribute(null=True)
    status = UnicodeAttribute(default="draft")
    method = UnicodeAttribute()
    predicted_revenue = NumberAttribute()
    predicted_deals = NumberAttribute()
    predicted_leads = NumberAttribute()
    columns = JSONAttribute()
    low = NumberAttribute(null=True)
    high = NumberAttribute(null=True)
    confidence_level = NumberAttribute(null=True)
    made = storage.PackedJSON(null=True)
    adjustments = storage.PackedJSON(null=True)
    history = storage.PackedJSON(null=True)
    actual_revenue = NumberAttribute(null=True)
    actual_deals = NumberAttribute(null=True)
    actual_leads = NumberAttribute(null=True)
    actual_source = UnicodeAttribute(null=True)
    accuracy_score = NumberAttribute(null=True)
    notes = UnicodeAttribute(null=True)
    created_by = NumberAttribute()
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)
    by_period = ByPeriod()
    by_due = ByDue()

    @property
    def number(self) -> int:
        """Its id."""
        return int(self.place)


class Period(storage.Table):
    """What is known of a period of somebody's deals, or of everybody's (``monthly#all``, ``monthly#7``): by its first day.

    `foreseen` is the forecast as of its first day, or of the day `foreseen_on` on which that was caught up with; `came` what became of it.
    `forecast` is the last one that was generated, of what inputs (`inputs`) and when. Rows of `odds` are by the day that they were learned
    on: what became of deals that had been in each stage; `done_on` is that day once it has had everything.
    """

    Meta = storage.meta("sales-periods")

    whose = UnicodeAttribute(hash_key=True)
    starts = UnicodeAttribute(range_key=True)
    foreseen = JSONAttribute(null=True)
    foreseen_on = UnicodeAttribute(null=True)
    came = JSONAttribute(null=True)
    odds = JSONAttribute(null=True)
    done_on = UnicodeAttribute(null=True)
    forecast = UnicodeAttribute(null=True)
    inputs = UnicodeAttribute(null=True)
    forecast_at = UTCDateTimeAttribute(null=True)

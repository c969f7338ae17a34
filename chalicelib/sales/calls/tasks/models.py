"""What is to be done."""

from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex, KeysOnlyProjection

from chalicelib.core import storage


class ByLead(GlobalSecondaryIndex[Any]):
    """A client's tasks in the order of their numbers."""

    class Meta:
        index_name = "by_lead"
        projection = KeysOnlyProjection()

    lead = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class ByOpen(GlobalSecondaryIndex[Any]):
    """A client's tasks that are to be done, the first due first."""

    class Meta:
        index_name = "by_open"
        projection = KeysOnlyProjection()

    open_of = UnicodeAttribute(hash_key=True)
    due_place = UnicodeAttribute(range_key=True)


class ByDue(GlobalSecondaryIndex[Any]):
    """Tasks with a moment in its order."""

    class Meta:
        index_name = "by_due"
        projection = KeysOnlyProjection()

    due_in = UnicodeAttribute(hash_key=True)
    due_place = UnicodeAttribute(range_key=True)


class ByPending(GlobalSecondaryIndex[Any]):
    """Rows that sets may be behind, whole: see `core.bitmaps`."""

    class Meta:
        index_name = "by_pending"
        projection = AllProjection()

    pending_in = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class SalesTask(storage.Table):
    """One task; `place` is its contour and number, `lead` the place of the client whom it is about, `call_number` the call it is of.

    `owner` and `lead_stands` are the lead's. `due_place` sorts by its moment, those without one last; `due_in` and `open_of` are in place
    while there is one, and while it is to be done. From `revision` on the attributes are the index' own.
    """

    Meta = storage.meta("sales-tasks")

    place = UnicodeAttribute(hash_key=True)
    lead = UnicodeAttribute(null=True)
    client_id = UnicodeAttribute(null=True)
    owner = NumberAttribute(null=True)
    lead_stands = BooleanAttribute(null=True)
    call_number = NumberAttribute(null=True)
    task_type = UnicodeAttribute()
    reason = UnicodeAttribute(null=True)
    priority = UnicodeAttribute(default="medium")
    due_at = UTCDateTimeAttribute(null=True)
    assigned_to = NumberAttribute(null=True)
    status = UnicodeAttribute(default="pending")
    quote = UnicodeAttribute(null=True)
    start = NumberAttribute(null=True)
    created_by = NumberAttribute(null=True)
    completed_at = UTCDateTimeAttribute(null=True)
    notes = UnicodeAttribute(null=True)
    created_at = UTCDateTimeAttribute()
    updated_at = UTCDateTimeAttribute(null=True)
    version = NumberAttribute(default=1)
    open_of = UnicodeAttribute(null=True)
    due_in = UnicodeAttribute(null=True)
    due_place = UnicodeAttribute()

    revision = NumberAttribute(default=0)
    pending_in = UnicodeAttribute(null=True)
    noted = BooleanAttribute(null=True)
    in_facets = UnicodeSetAttribute(null=True)
    in_words = UnicodeSetAttribute(null=True)
    written = NumberAttribute(null=True)
    written_at = UTCDateTimeAttribute(null=True)
    by_lead = ByLead()
    by_open = ByOpen()
    by_due = ByDue()
    by_pending = ByPending()

    @property
    def number(self) -> int:
        """Its id."""
        return int(str(self.place).rpartition("#")[2])

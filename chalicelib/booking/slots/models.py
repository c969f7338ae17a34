"""Slots and the indexes they are read by. Free ones leave their indexes when booked, so reading costs what it returns.

Its lists hold all of a row: whoever asks shows, chooses and filters by nearly all of it, in one read.
"""

from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute, UTCDateTimeAttribute
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import storage


class FreeByTime(GlobalSecondaryIndex[Any]):
    """Free and held slots of a contour in time."""

    class Meta:
        index_name = "free_by_time"
        projection = AllProjection()

    free_in = UnicodeAttribute(hash_key=True)
    start_at = UTCDateTimeAttribute(range_key=True)


class FreeBySpecialist(GlobalSecondaryIndex[Any]):
    """Free and held slots of one specialist in time."""

    class Meta:
        index_name = "free_by_specialist"
        projection = AllProjection()

    free_of = UnicodeAttribute(hash_key=True)
    start_at = UTCDateTimeAttribute(range_key=True)


class BySpecialist(GlobalSecondaryIndex[Any]):
    """All slots of one specialist in time."""

    class Meta:
        index_name = "by_specialist"
        projection = AllProjection()

    specialist_id = UnicodeAttribute(hash_key=True)
    start_at = UTCDateTimeAttribute(range_key=True)


class HeldUntil(GlobalSecondaryIndex[Any]):
    """Held slots by the moment their hold ends."""

    class Meta:
        index_name = "held_until"
        projection = AllProjection()

    held_in = UnicodeAttribute(hash_key=True)
    hold_until = UTCDateTimeAttribute(range_key=True)


class Slot(storage.Table):
    """A slot and who owns it.

    free ──hold──> held (until `hold_until`) ──book──> booked; ``taken`` is owned outside (Supabase says so and names no one).
    A held slot with a `session_id` waits for that session's payment. ``cut`` is time that overlaps what stood there first
    (`cut_by`, by id): it is offered nowhere and is nobody's until that is gone.

    `is_made` is time that was made for its session, offered to nobody, and goes with it.
    `plan_id` is the repetition that wrote a slot or that it is repeated by; `event_id` what else than a session takes the time.

    `revision` grows with every change that a calendar shows; a new row begins at the seconds of its making, so that one made
    anew in a deleted one's place is above it.
    """

    Meta = storage.meta("slots")

    slot_id = UnicodeAttribute(hash_key=True)
    contour = UnicodeAttribute()
    specialist_id = UnicodeAttribute()
    specialist_name = UnicodeAttribute()
    start_at = UTCDateTimeAttribute()
    minutes = NumberAttribute()
    state = UnicodeAttribute(default="free")
    cut_by = UnicodeSetAttribute(null=True)
    hold_until = UTCDateTimeAttribute(null=True)
    ticket_id = UnicodeAttribute(null=True)
    session_id = UnicodeAttribute(null=True)
    client_id = UnicodeAttribute(null=True)
    client_name = UnicodeAttribute(null=True)
    lead_number = UnicodeAttribute(null=True)
    resting = BooleanAttribute(null=True)
    is_made = BooleanAttribute(null=True)
    plan_id = UnicodeAttribute(null=True)
    event_id = UnicodeAttribute(null=True)
    free_in = UnicodeAttribute(null=True)
    free_of = UnicodeAttribute(null=True)
    held_in = UnicodeAttribute(null=True)
    revision = NumberAttribute(null=True)
    changed_at = UTCDateTimeAttribute(null=True)
    source_event = UnicodeAttribute(null=True)
    source_answer = UnicodeAttribute(null=True)
    source_event_at = UTCDateTimeAttribute(null=True)
    source_row = UnicodeAttribute(null=True)
    source_taken = BooleanAttribute(null=True)
    source_skipped = UnicodeAttribute(null=True)
    source_updated_at = UTCDateTimeAttribute(null=True)
    free_by_time = FreeByTime()
    free_by_specialist = FreeBySpecialist()
    by_specialist = BySpecialist()
    held_until = HeldUntil()

    def set_marks(self, marks: Mapping[str, Any]) -> None:
        """Remember on a new row what its source said."""
        for name, value in marks.items():
            setattr(self, name, value)

    @classmethod
    def mark_actions(cls, marks: Mapping[str, Any]) -> list[Action]:
        """The same for a row that stands; a mark without value goes, but the source's own clock stays."""
        kept = {name: value for name, value in marks.items() if value is not None or name != "source_updated_at"}
        return [getattr(cls, name).set(value) if value is not None else getattr(cls, name).remove() for name, value in kept.items()]

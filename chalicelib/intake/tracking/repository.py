"""Reads and writes of trackers."""

from datetime import datetime

from chalicelib.core import storage
from chalicelib.intake.tracking.errors import TrackRaced
from chalicelib.intake.tracking.models import Track


def both(named: str, own: str) -> tuple[Track | None, Track | None]:
    """The tracker that was named and the visitor's own beside it: one read."""
    first, second = storage.read(Track.at(named), Track.at(own))
    return first, second


def own(form: str, visitor: str) -> storage.Key:
    """The key of a visitor's tracker of a form without a number."""
    return Track.at(numberless(form, visitor))


def numberless(form: str, visitor: str) -> str:
    """What stands in a number's place where a form has none."""
    return f"{form}~{visitor}"


def save(row: Track, old_version: int | None) -> None:
    """Write a tracker over the version that was read. Raises TrackRaced when another step was faster."""
    condition = Track.track_id.does_not_exist() if old_version is None else Track.version == old_version
    if storage.put_new(row, condition) is not None:
        raise TrackRaced


def of_form(form_type: str, first: datetime, last: datetime) -> list[Track]:
    """A form's trackers that were begun between two moments, with their steps."""
    return storage.query(Track.of_form, form_type, between=Track.started_at.between(first, last)).rows


def count_anonymous(day: str) -> None:
    """Count a call that named no ticket."""
    storage.next_number(f"anonymous-steps-{day}")


def anonymous(days: list[str]) -> int:
    """How many calls of these days named no ticket."""
    return sum(storage.last_numbers([f"anonymous-steps-{day}" for day in days]))

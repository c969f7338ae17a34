"""What timesheets and schedules refuse."""

from chalicelib.core.errors import Busy, Conflict


class TimeOverlaps(Conflict):
    """Somebody is in one place at a time; `detail.entry_id` is what stands there, of that day or of one beside it."""

    code = "time_overlaps"
    message = "Another entry covers this time."


class DayTooLong(Conflict):
    """A day has 24 hours; `detail.left_hours` is how much of it is not written down yet, or `left_entries` that it takes no more."""

    code = "day_too_long"
    message = "This day would have more than 24 hours."


class HoursRaced(Busy):
    """Another entry of the same employee was written at the same moment: look at both."""

"""Which moves a session's status allows, and what is due when. Pure: no store, no clock."""

from datetime import datetime, timedelta

LIVE = ("pending", "confirmed")
"""A session that still owns its slot."""

COUNTED = (*LIVE, "completed")
"""A session that counts as a specialist's work: given to him, and neither cancelled nor missed."""

REMIND_BEFORE = timedelta(hours=2)
ASK_AFTER = timedelta(hours=1)


def is_live(status: str) -> bool:
    """Whether a session in this status owns its slot."""
    return status in LIVE


def reminder_due(start_at: datetime, reminded_for: datetime | None, status: str, now: datetime) -> bool:
    """A confirmed session that starts within two hours, has not begun, and was not reminded of for that start."""
    return status == "confirmed" and now < start_at <= now + REMIND_BEFORE and reminded_for != start_at


def outcome(status: str, end_at: datetime, now: datetime) -> str | None:
    """What a session becomes once it is over: completed an hour after its end, missed at its end if never confirmed."""
    if status == "confirmed" and end_at + ASK_AFTER <= now:
        return "completed"
    return "missed" if status == "pending" and end_at <= now else None

"""When a waiting application is asked about. Pure: no store, no clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

STAGES = (7, 14, 21)
"""Days after the application: two questions, then the word that nobody was found."""

DAYTIME = range(10, 20)
"""Hours of the client's own day in which we write."""


def due_stage(created_at: datetime, done: int, now: datetime) -> int | None:
    """The latest stage whose day has come and that was not done; earlier ones that were missed are not made up for."""
    reached = [stage for stage in STAGES if created_at + timedelta(days=stage) <= now]
    return reached[-1] if reached and reached[-1] > done else None


def following(created_at: datetime, done: int) -> datetime | None:
    """When the stage after `done` is reached; None after the last."""
    return next((created_at + timedelta(days=stage) for stage in STAGES if stage > done), None)


def by_day(moment: datetime, zone: str | None, business_zone: str) -> datetime:
    """A moment, or where it is night then where the client is, as far as we know, the next morning."""
    local = moment.astimezone(ZoneInfo(zone or business_zone))
    if local.hour in DAYTIME:
        return moment
    morning = local.replace(hour=DAYTIME.start, minute=0, second=0, microsecond=0)
    return (morning if morning > local else morning + timedelta(days=1)).astimezone(UTC)

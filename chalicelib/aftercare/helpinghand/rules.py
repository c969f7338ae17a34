"""When a waiting application is asked about. Pure: no store, no clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

STAGES = (7, 14, 21)
"""Days after the application: two questions, then the word that nobody was found."""

DAYTIME = range(10, 20)
"""Hours of the client's own day in which we write."""


def due_stage(created_at: datetime, done: int, now: datetime) -> int | None:
    """The latest stage whose day has come and that was not done; earlier ones that were missed are not made up for."""
    reached = [stage for stage in STAGES if created_at + timedelta(days=stage) <= now]
    return reached[-1] if reached and reached[-1] > done else None


def is_daytime(now: datetime, zone: str | None, business_zone: str) -> bool:
    """Whether it is day where the client is, as far as we know."""
    return now.astimezone(ZoneInfo(zone or business_zone)).hour in DAYTIME

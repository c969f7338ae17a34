"""The rungs before a session: ask, ask again, tell the admin, cancel. Pure: no store, no clock."""

from datetime import datetime, timedelta
from enum import IntEnum


class Rung(IntEnum):
    """What is done, in order; the number is what a session remembers."""

    ASK = 1
    ASK_AGAIN = 2
    TELL_ADMIN = 3
    CANCEL = 4


BEFORE = {
    Rung.ASK: timedelta(hours=24),
    Rung.ASK_AGAIN: timedelta(hours=22),
    Rung.TELL_ADMIN: timedelta(hours=21),
    Rung.CANCEL: timedelta(hours=18),
}
"""How long before the start each rung is reached."""

FIRST = BEFORE[Rung.ASK]


def due_rung(start_at: datetime, created_at: datetime, done: int, now: datetime) -> Rung | None:
    """The rung reached by now and not done. One that lay behind when the session was booked is not for it."""
    reached = [rung for rung, before in BEFORE.items() if start_at - before <= now < start_at and start_at - before > created_at]
    first = _first_for(start_at, created_at)
    if first is not None and now < start_at:
        reached = [*reached, first] if first not in reached else reached
    last = max(reached, default=None)
    return last if last is not None and last > done else None


def _first_for(start_at: datetime, created_at: datetime) -> Rung | None:
    """A session booked inside the window starts at the rung it was booked in; one booked after the last is never cancelled."""
    behind = [rung for rung, before in BEFORE.items() if start_at - before <= created_at]
    return max(behind) if behind and max(behind) < Rung.CANCEL else None

"""The only source of now.

Two times exist. *Business time* decides what is due: a scheduled Lambda pins it to its event's ``time``, so a tick may
be late, doubled or fast-forwarded. *Wall time* paces machinery: leases, backoff and ``retry_after``.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_pinned: ContextVar[datetime | None] = ContextVar("business_now", default=None)


def wall() -> datetime:
    """The machine's own time, aware, in UTC."""
    return datetime.now(UTC)


_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def seconds() -> int:
    """Whole seconds of wall time since 2026: a revision to begin with that is above all earlier ones of what was deleted."""
    return int((wall() - _BEGINNING).total_seconds())


def now() -> datetime:
    """Business time, aware, in UTC: the tick's own time inside a scheduled Lambda, wall time elsewhere."""
    return _pinned.get() or wall()


@contextmanager
def pinned(moment: datetime) -> Iterator[None]:
    """Make `moment` the business time of everything called inside the block."""
    token = _pinned.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _pinned.reset(token)


def pause(seconds: float) -> None:
    """Wait a moment for another worker to finish."""
    if seconds:
        time.sleep(seconds)

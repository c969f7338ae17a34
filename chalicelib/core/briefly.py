"""What a warm worker remembers for seconds: a page of the public site asks for the same a dozen times within one visit.

Only for what anybody may read, and what may be a few seconds old: a worker hears nothing of what others write.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

from chalicelib.core import clock

T = TypeVar("T")

WITHIN = timedelta(seconds=8)
"""Together with an index's own lag less than ten seconds: nothing that was booked is offered for longer."""

MOST = 16
"""What is remembered at once: whoever asks for ever other days pushes out what others asked for, and fills no memory."""

_kept: dict[tuple[object, ...], tuple[datetime, Any]] = {}


def remembered(read: Callable[[], T], *key: object) -> T:
    """What `read` gave under this key a moment ago, or gives now. It is everybody's: whoever gets it changes nothing in it."""
    now = clock.wall()
    known = _kept.get(key)
    if known is not None and timedelta(0) <= now - known[0] < WITHIN:
        return known[1]
    return remember(read(), *key)


def remember(value: T, *key: object) -> T:
    """Remember what somebody has just read for himself."""
    now = clock.wall()
    _kept.pop(key, None)
    while len(_kept) >= MOST:
        _kept.pop(next(iter(_kept)))
    _kept[key] = (now, value)
    return value


def forget_all() -> None:
    """Start as a fresh process does."""
    _kept.clear()

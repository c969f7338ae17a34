"""What of an event counts. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, get_args

Event = Literal["view", "transition", "click", "add_to_cart", "booking", "purchase"]
EVENTS: Final[tuple[Event, ...]] = get_args(Event)
ONCE_A_DAY: Final = frozenset({"view", "transition", "click"})
"""What one client does of one post any number of times on a day, and counts once."""

CLIENTS, REVENUE = "clients", "revenue"
COUNTED: Final = (*EVENTS, CLIENTS, REVENUE)
REACH: Final = timedelta(days=7)
"""How far from now an event may have happened."""

SHARDS: Final = 4
"""Rows that a day of one post is spread over: of two transactions at once that write one row, one waits."""


def is_near(at: datetime, now: datetime) -> bool:
    """Whether an event may have happened then."""
    return now - REACH <= at <= now + REACH


def mark(event: str, day: str) -> str:
    """How it is noted that a client's event of a day counts already."""
    return f"{event}#{day}"


def kept(counted: Iterable[str], today: str) -> list[str]:
    """The marks of days an event of which may still come: three for each of sixteen days at most."""
    first = (date.fromisoformat(today) - REACH - timedelta(days=1)).isoformat()
    return sorted(one for one in counted if one.rpartition("#")[2] >= first)


def added(rows: Sequence[Any]) -> Mapping[str, int]:
    """All days and rows of a post as one."""
    return {name: sum(int(getattr(row, name)) for row in rows) for name in COUNTED}

"""Pieces of time and the days they lie in. Pure: no store, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

KEPT = timedelta(days=45)
"""How long a day is kept once it is over."""


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Time from `start` until before `end` (seconds since the epoch) of the slot or session `ref`.

    `offered` is time that was published for clients to choose, in contrast to time that was made for one of them.
    """

    start: int
    end: int
    ref: str
    offered: bool = True

    def overlaps(self, other: "Interval") -> bool:
        """Whether another one shares a moment with it; neighbours do not."""
        return self.start < other.end and other.start < self.end

    def pack(self) -> str:
        """As a day keeps it; see `unpack`."""
        return f"{self.start} {self.end} {int(self.offered)} {self.ref}"

    @property
    def days(self) -> list[str]:
        """The UTC days it lies in, as ``YYYY-MM-DD``."""
        first, last = (datetime.fromtimestamp(at, UTC).date() for at in (self.start, max(self.start, self.end - 1)))
        return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


LAST_SECOND = 253_402_300_799
"""23:59:59 on 31.12.9999, in UTC."""


def interval(start_at: datetime, minutes: float, ref: str, *, offered: bool = True) -> Interval:
    """The time of a slot or a session."""
    start = int(start_at.timestamp())
    return Interval(start, min(start + int(minutes) * 60, LAST_SECOND), ref, offered)


def unpack(packed: Iterable[str] | None) -> set[Interval]:
    """What `pack` made."""
    parts = (one.split(" ", 3) for one in packed or ())
    return {Interval(int(start), int(end), ref, offered == "1") for start, end, offered, ref in parts}


def over(one: Interval, others: Iterable[Interval]) -> list[Interval]:
    """Those of the others, earliest first, that overlap it; its own is none of them."""
    return sorted(other for other in others if other.ref != one.ref and other.overlaps(one))


def covers(times: Iterable[Interval], one: Interval) -> bool:
    """Whether these times, one after another, leave no moment of it out."""
    reached = one.start
    for time in sorted(times):
        if time.start > reached:
            break
        reached = max(reached, time.end)
    return reached >= one.end


def day_id(who: str, day: str) -> str:
    """The key of somebody's day."""
    return f"{who}#{day}"


END_OF_TIME = datetime(9990, 1, 1, tzinfo=UTC)
"""A day behind which nothing can be added up: databases write 9999-12-31 for never."""


def expiry(day: str) -> datetime:
    """When a day's row may go."""
    return min(datetime.fromisoformat(day).replace(tzinfo=UTC), END_OF_TIME) + timedelta(days=1) + KEPT


def specialist(specialist_id: str) -> str:
    """A specialist, as days name him."""
    return f"specialist#{specialist_id}"


def client(client_id: str) -> str:
    """A client, as days name him."""
    return f"client#{client_id}"

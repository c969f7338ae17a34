"""What a footprint says, and what it still allows. Pure: no store, no clock."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

STRETCH = timedelta(minutes=2)
"""Forms of an address are counted together for so long: a burst of two minutes' worth is let through at once."""

MOST_KEPT = 30
"""Forms that a footprint remembers; those that hold something are never forgotten for others."""

SAME_VISITOR = timedelta(minutes=30)
"""How long an address and an agent still mean the same visitor (a NAT has many)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One form: what became of it, what makes another one its repeat or its amendment, and the slots it holds until when."""

    ticket_id: str
    inbox_id: str
    words: str
    scope: str
    at: datetime
    form: str | None = None
    holds: tuple[tuple[str, datetime], ...] = ()

    def packed(self) -> dict[str, Any]:
        """As a row keeps it."""
        holds = [[slot_id, until.isoformat()] for slot_id, until in self.holds]
        named = {"ticket": self.ticket_id, "inbox": self.inbox_id, "words": self.words, "scope": self.scope, "form": self.form}
        return {**named, "at": self.at.isoformat(), "holds": holds}


def unpacked(row: Mapping[str, Any]) -> Asked:
    """What `packed` made."""
    holds = tuple((slot_id, datetime.fromisoformat(until)) for slot_id, until in row["holds"])
    return Asked(row["ticket"], row["inbox"], row["words"], row["scope"], datetime.fromisoformat(row["at"]), row["form"], holds)


def lately(asked: Sequence[Asked], now: datetime) -> list[Asked]:
    """What still matters: live holds, and forms that may yet be repeated or amended."""
    alive = [replace(one, holds=tuple(hold for hold in one.holds if hold[1] >= now)) for one in asked]
    recent = [one for one in alive if one.holds or one.at > now - SAME_VISITOR]
    return [one for place, one in enumerate(recent) if one.holds or len(recent) - place <= MOST_KEPT]


def held(asked: Sequence[Asked]) -> list[tuple[str, str]]:
    """The slots that are held, with the ticket that holds each."""
    return [(slot_id, one.ticket_id) for one in asked for slot_id, _ in one.holds]


def without(asked: Sequence[Asked], slots: Collection[tuple[str, str]]) -> list[Asked]:
    """The same forms without holds (slot, ticket) that are over before their time: booked, given back, passed on."""
    return [replace(one, holds=tuple(hold for hold in one.holds if (hold[0], one.ticket_id) not in slots)) for one in asked]


def stretch_of(now: datetime) -> int:
    """Which stretch of time a moment lies in."""
    return int(now.timestamp() // STRETCH.total_seconds())


def ends_in(now: datetime) -> int:
    """Seconds until the stretch is over, at least one."""
    length = int(STRETCH.total_seconds())
    return length - int(now.timestamp()) % length

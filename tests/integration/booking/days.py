"""Whose time is spoken for, as the store says it, and whether it says the same everywhere."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from chalicelib.booking.calendar import rules
from chalicelib.booking.calendar.models import Day
from chalicelib.booking.sessions.models import Session
from chalicelib.booking.slots.models import Slot

LIVE = ("pending", "confirmed")
STANDING = ("free", "held", "booked", "taken")


def agree() -> None:
    """Days, slots and sessions say the same; nobody's time is spoken for twice."""
    slots = list(Slot.scan())
    live = [row for row in Session.scan() if row.status in LIVE]
    assert _kept("specialist", "standing") == _of_slots(row for row in slots if row.state in STANDING)
    assert _kept("specialist", "cut") == _of_slots(row for row in slots if row.state == "cut")
    assert not _clashes(_kept("specialist", "standing"))
    assert not _clashes(_expected((f"specialist#{row.specialist_id}", row.start_at, row.minutes, row.session_id) for row in live))
    assert _expected((f"client#{row.client_id}", row.start_at, row.minutes, row.session_id) for row in live) <= _kept("client", "standing")
    assert all(row.cut_by and row.free_in is None and row.session_id is None for row in slots if row.state == "cut")
    assert {row.session_id for row in slots if row.is_made} == {row.session_id for row in live if row.is_made} | _over(slots)


def _over(slots: Any) -> set[str]:
    """Sessions that ended by being held, or by nobody's coming: time that was made for one of them is past, and stays."""
    made = [row for row in slots if row.is_made]
    return {row.session_id for row in made if Session.get(row.ticket_id, row.session_id).status in ("completed", "missed")}


def _kept(kind: str, what: str) -> set[tuple[str, Any]]:
    rows = [row for row in Day.scan() if row.day_id.startswith(f"{kind}#")]
    return {(row.day_id, one) for row in rows for one in rules.unpack(getattr(row, what))}


def _of_slots(slots: Any) -> set[tuple[str, Any]]:
    return _expected((f"specialist#{row.specialist_id}", row.start_at, row.minutes, row.slot_id, not row.is_made) for row in slots)


def _expected(times: Any) -> set[tuple[str, Any]]:
    placed = ((who, rules.interval(start, minutes, ref, offered=all(offered))) for who, start, minutes, ref, *offered in times)
    return {(rules.day_id(who, day), one) for who, one in placed for day in one.days}


def _clashes(kept: set[tuple[str, Any]]) -> list[Any]:
    by_day = defaultdict(list)
    for day, one in kept:
        by_day[day].append(one)
    return [pair for ones in by_day.values() for pair in pairwise(sorted(ones)) if pair[0].overlaps(pair[1])]

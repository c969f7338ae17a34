"""Other times for whoever asked for one that is taken or closed: what is offered, and what schedules leave open."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.appointments.booking import rules
from chalicelib.appointments.booking.finding import LIVE, Candidate
from chalicelib.booking.calendar import plans
from chalicelib.booking.calendar import service as calendar
from chalicelib.booking.calendar.service import Days, Interval
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import Slot
from chalicelib.core import clock, storage

MOST, PEOPLE, OFFERED = 5, 8, 50
NEAR = timedelta(days=3), timedelta(days=7)
"""Before and after what was asked for: days of eight people are one read."""

AROUND = timedelta(hours=3), timedelta(hours=9)
"""Before and after what was asked for, where the office books somebody who has no schedule."""


def of(candidates: Sequence[Candidate], start: datetime, minutes: int, *, client_id: str | None, freely: bool) -> list[dict[str, Any]]:
    """The nearest five, each with whom it is: a query of what is offered and a read of the days around it.

    None at which the client sits elsewhere, where one is named; `freely` also where nothing is planned.
    """
    some = candidates[:PEOPLE]
    if not some:
        return []
    free, near = _free(some), _around(start)
    own = calendar.of_client(client_id, near) if client_id else []
    busy, *rows = storage.read_lists(own, *(calendar.keys(one.specialist_id, near) for one in some))
    elsewhere = calendar.taken_of(busy)
    found = {
        (begins, one.number): _shown(one, begins, minutes)
        for one, days in zip(some, rows, strict=True)
        for begins, lasts in _starts(one, days, free, near, (start, minutes), freely=freely)
        if not calendar.over(Interval(begins, begins + lasts * 60, ""), elsewhere)
    }
    asked = int(start.timestamp())
    return [found[place] for place in sorted(found, key=lambda place: (abs(place[0] - asked), place))[:MOST]]


def _free(people: Sequence[Candidate]) -> list[Slot]:
    if len(people) == 1:
        return slots.free_of_specialist(people[0].specialist_id, limit=OFFERED)
    return slots.next_free(LIVE, OFFERED)


def _around(start: datetime) -> Interval:
    now = clock.now()
    return Interval(int(max(now, start - NEAR[0]).timestamp()), int((start + NEAR[1]).timestamp()), "")


def _starts(
    who: Candidate, rows: Sequence[Any], free: Iterable[Slot], near: Interval, asked: tuple[datetime, int], *, freely: bool
) -> Iterator[tuple[int, int]]:
    """When he could, and for how many minutes."""
    start, minutes = asked
    his = [slot for slot in free if slot.specialist_id == who.specialist_id]
    yield from ((int(slot.start_at.timestamp()), int(slot.minutes)) for slot in his if slot.minutes >= minutes)
    plan = plans.of_rows(rows)
    if freely and not plan:
        plan = [Interval(int((start - AROUND[0]).timestamp()), int((start + AROUND[1]).timestamp()), "")]
    ours = {slot.slot_id for slot in his}
    days = Days().saw(calendar.keys(who.specialist_id, near), rows)
    standing = [one for one in days.standing_over(who.specialist_id, near) if one.ref not in ours]
    soonest = max(near.start, int(clock.now().timestamp()) + 1)
    yield from ((begins, minutes) for begins in rules.openings(plan, standing, length=minutes * 60, after=soonest))


def _shown(who: Candidate, begins: int, minutes: int) -> dict[str, Any]:
    at = datetime.fromtimestamp(begins, UTC)
    return {
        "employee_id": who.number or None,
        "employee_name": who.name,
        "starts_at": begins,
        "label": slots.text(at),
        "duration_minutes": minutes,
    }

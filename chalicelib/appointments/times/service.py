"""When a client may come to somebody: what booking would take, asked of booking's own rules."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from chalicelib.appointments.booking import choosing, rules
from chalicelib.appointments.booking.finding import USUAL, Candidate
from chalicelib.appointments.booking.service import AHEAD
from chalicelib.appointments.times.schemas import Times, TimeShown, TimesQuery
from chalicelib.booking.calendar import plans
from chalicelib.booking.calendar import service as calendar
from chalicelib.booking.calendar.service import Days, Interval
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.rules import time_text
from chalicelib.booking.slots.service import Slot
from chalicelib.booking.specialists.models import Specialist
from chalicelib.catalogue.products import repository as products
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.clients import app
from chalicelib.core import clock, facts, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.security import Caller
from chalicelib.team.employees import repository as cards
from chalicelib.team.employees.errors import EmployeeNotFound


class Asked(NamedTuple):
    """Whose times, of which day, for how long, and which client asks."""

    employee: int
    specialist_id: str
    day: Interval
    minutes: int
    client_id: str | None

    @property
    def reach(self) -> Interval:
        """The day, and all of what begins at its end."""
        return Interval(self.day.start, self.day.end + self.minutes * 60, "")


def times(query: TimesQuery, caller: Caller) -> Times:
    """When he may come, in order: three reads. Raises EmployeeNotFound, ProductNotFound, Invalid."""
    asked = _asked(query, caller)
    if asked.day.start >= asked.day.end:
        return Times(items=[])
    keys = calendar.keys(asked.specialist_id, asked.reach)
    own = calendar.of_client(asked.client_id, asked.reach) if asked.client_id else []
    (person,), rows, busy = storage.read_lists([Specialist.at(asked.specialist_id)], keys, own)
    if person is None or not person.active:
        return Times(items=[])
    who = Candidate(asked.employee, asked.specialist_id, person.name, Days().saw(keys, rows), plans.of_rows(rows), 0)
    return Times(items=[_shown(start) for start in sorted(_open(asked, who, calendar.taken_of(busy)))])


def _asked(query: TimesQuery, caller: Caller) -> Asked:
    """Who and what it is, and what is ahead of the day: of one that is over, or too far, nothing."""
    found, goods, known = storage.read_lists(
        [cards.key(query.employee_id)], [products.key(query.service_id)] if query.service_id else [], app.keys_of(caller)
    )
    if found[0] is None or not choosing.works(found[0]):
        raise EmployeeNotFound({"field": "employee_id"})
    minutes = query.duration_minutes or _minutes(goods) or USUAL
    first, after = facts.bounds(query.date_ts, query.date_ts)
    ahead = int(max(first, clock.now() + timedelta(seconds=1)).timestamp())
    until = int(min(after, clock.now() + AHEAD).timestamp())
    return Asked(found[0].number, str(found[0].specialist_id), Interval(ahead, until, ""), minutes, app.standing(caller, known))


def _minutes(goods: Sequence[Any]) -> int:
    """How long a service takes, 0 where its card does not say. Raises ProductNotFound, Invalid."""
    for row in goods:
        if row is None or not row.is_active:
            raise ProductNotFound({"field": "service_id"})
        if row.item_type != "service":
            raise Invalid.field("query", "service_id", msg="expected a service")
    return sum(int(row.minutes) for row in goods)


def _open(asked: Asked, who: Candidate, elsewhere: set[Interval]) -> Iterator[int]:
    """Starts that booking would take, of those at which something is offered or a schedule has a place."""
    standing = who.days.standing_over(who.specialist_id, asked.reach)
    rows = dict(zip((one.ref for one in standing), storage.read(*(Slot.at(one.ref) for one in standing)), strict=True))
    planned = rules.openings(who.plan, [], length=asked.minutes * 60, after=asked.day.start)
    for start in {*planned, *(one.start for one in standing)}:
        at, one = datetime.fromtimestamp(start, UTC), Interval(start, start + asked.minutes * 60, "")
        who.rows = [rows[other.ref] for other in calendar.over(one, standing)]
        taken = who.offered(at, asked.minutes)
        his = calendar.interval(at, taken.minutes if taken else asked.minutes, "")
        if (
            asked.day.start <= start < asked.day.end
            and who.fit(at, asked.minutes).takes(freely=False)
            and not calendar.over(his, elsewhere)
        ):
            yield start


def _shown(start: int) -> TimeShown:
    at = datetime.fromtimestamp(start, UTC)
    return TimeShown(starts_at=at, label=time_text(at, slots.zone()))

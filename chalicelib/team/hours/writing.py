"""Entries of timesheets and schedules: each is written by what stands on its day and on those beside it, or not at all."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from chalicelib.booking.calendar import plans as calendar
from chalicelib.company.directories import LOCATIONS
from chalicelib.company.errors import LocationClosed
from chalicelib.core import clock, facts, once, storage
from chalicelib.core.amounts import shown
from chalicelib.core.errors import Invalid
from chalicelib.core.facts import NOBODY
from chalicelib.core.once import AskedAtOnce
from chalicelib.core.places import of_number
from chalicelib.core.settings import settings
from chalicelib.staff.members import Member
from chalicelib.team.employees import access, listing
from chalicelib.team.employees import repository as cards
from chalicelib.team.employees.errors import EmployeeArchived
from chalicelib.team.employees.models import Employee
from chalicelib.team.hours import plans, reading, repository, rules
from chalicelib.team.hours.errors import DayTooLong, HoursRaced, TimeOverlaps
from chalicelib.team.hours.facts import ShiftPlanned, WorkNoted
from chalicelib.team.hours.models import Entry
from chalicelib.team.hours.repository import Kind
from chalicelib.team.hours.schemas import NewShift, NewWork, ShiftShown, WorkShown, today

NEIGHBOUR = timedelta(days=1)
FACTS: dict[Kind, type[WorkNoted]] = {"time": WorkNoted, "plan": ShiftPlanned}
PATHS: dict[Kind, str] = {"time": "timesheet", "plan": "schedule"}

Make = Callable[[Employee, Sequence[Any], Iterable[Entry]], Entry]
"""Of the card, the rows that were read for it, and the entries beside it: the new one."""


class Asked(NamedTuple):
    """Whose entry it is to be, of what kind, by whom, and under which key."""

    kind: Kind
    employee: int
    member: Member
    key: str | None


def note(employee: int, body: NewWork, *, key: str | None, member: Member) -> WorkShown:
    """Write down what somebody worked, at the rates of now.

    Raises EmployeeNotFound, EmployeeArchived, OwnerOnly, TimeOverlaps, DayTooLong, Invalid, KeyReused.
    """
    if not today() - rules.EARLIEST <= body.work_date <= today() + rules.LATEST:
        raise Invalid.field("body", "work_date", msg="expected a day from 366 days ago to 31 days ahead")

    def make(card: Employee, _: Sequence[Any], beside: Iterable[Entry]) -> Entry:
        own = body.piece_rate not in (None, card.piece_rate)
        access.check_pay(member, card.user_id, {"piece_rate"} if own else ())
        entry = _entry(body, ("start_at", "end_at"))
        entry.hours = _hours(body, entry)
        entry.units, entry.note = body.units_completed or 0, body.note
        entry.hourly_rate = int(card.hourly_rate)
        entry.piece_rate = int(card.piece_rate) if body.piece_rate is None else body.piece_rate
        if rules.is_full(body.work_date.isoformat(), beside):
            raise DayTooLong({"left_entries": 0}, message=f"A day has at most {rules.MOST} entries.")
        if (left := rules.left(body.work_date.isoformat(), beside)) < entry.hours:
            raise DayTooLong({"left_hours": shown(left)})
        return entry

    card, entry = _written(Asked("time", employee, member, key), body, [], make)
    return reading.work(entry, card)


def _hours(body: NewWork, entry: Entry) -> int:
    """How long it was. Raises Invalid where the hours that were said are not those of the times that were."""
    if not entry.starts:
        return body.hours_worked or 0
    hours = rules.hours(rules.Span(int(entry.begins), int(entry.until)))
    if body.hours_worked not in (None, hours):
        raise Invalid.field("body", "hours_worked", msg="expected as many hours as lie between start_at and end_at, or none")
    return hours


def plan(employee: int, body: NewShift, *, key: str | None, member: Member) -> ShiftShown:
    """Plan somebody's time.

    Raises EmployeeNotFound, EmployeeArchived, LocationNotFound, LocationClosed, TimeOverlaps, Invalid, KeyReused.
    """

    def make(_: Employee, places: Sequence[Any], __: Iterable[Entry]) -> Entry:
        entry = _entry(body, ("planned_start", "planned_end"))
        entry.break_minutes, entry.location = body.break_minutes, body.location_id
        if body.location_id and not LOCATIONS.standing(body.location_id, places[0], where="location_id").said["is_active"]:
            raise LocationClosed({"field": "location_id"})
        return entry

    if not today() - rules.EARLIEST <= body.work_date <= today() + plans.FAR:
        raise Invalid.field("body", "work_date", msg="expected a day from 366 days ago to 366 days ahead")
    places = [LOCATIONS.key(body.location_id)] if body.location_id else []
    return reading.shift(_written(Asked("plan", employee, member, key), body, places, make)[1])


def _entry(body: NewWork | NewShift, names: tuple[str, str]) -> Entry:
    """An entry of its day, with when it was by the zone's clock. Raises Invalid where that clock, put on, leaves nothing of it."""
    starts, ends = (getattr(body, name) for name in names)
    entry = Entry(work_date=body.work_date.isoformat(), starts=starts, ends=ends)
    if starts and ends:
        entry.begins, entry.until = time = rules.span(body.work_date, starts, ends, settings().zone)
        if time.end <= time.start:
            raise Invalid.field("body", names[1], msg=f"expected a time after {names[0]}: that night the clocks are put on past it")
    return entry


@storage.again(AskedAtOnce, HoursRaced, times=6)
def _written(asked: Asked, body: NewWork | NewShift, more: Sequence[storage.Key], make: Make) -> tuple[Employee, Entry]:
    """The card and its new entry, or the one that the same request made before.

    The guard is read before the entries: one that comes between is seen, or moves the guard, and all is decided anew.
    """
    operation = f"POST /api/v1/admin/employees/{asked.employee}/{PATHS[asked.kind]}"
    request = once.request(asked.member.actor, operation, asked.key, body)
    known = [cards.key(asked.employee), repository.guard_key(asked.employee)]
    (found, guard), made, rows = storage.read_lists(known, request.keys, more)
    card = listing.known(found, asked.member)
    if (before := request.made(made)) is not None:
        return card, storage.read(repository.key(asked.employee, before))[0]
    if card.is_archived:
        raise EmployeeArchived({"field": "employee_id"})
    beside = repository.within(asked.kind, asked.employee, body.work_date - NEIGHBOUR, body.work_date + NEIGHBOUR)
    entry = make(card, rows, beside)
    _keep(asked, card, entry, guard, beside, request)
    return card, entry


def _keep(asked: Asked, card: Employee, entry: Entry, guard: Entry | None, beside: Iterable[Entry], request: once.Request) -> None:
    time = rules.Span(int(entry.begins), int(entry.until)) if entry.starts else None
    if there := rules.overlapping(time, beside):
        raise TimeOverlaps({"entry_id": int(there.number)})
    entry.employee, entry.by, entry.created_at = of_number(asked.employee), asked.member.actor, clock.now()
    tx = storage.Transaction()
    repository.write_in(tx, asked.kind, guard, entry)
    if asked.kind == "plan":
        cards.check_specialist(tx, card, otherwise=HoursRaced())  # whoever becomes one meanwhile has not seen this entry
    if asked.kind == "plan" and card.specialist_id:
        calendar.put_in(tx, card.specialist_id, [plans.time_of(entry)])
    request.done(tx, entry.place)
    about: dict[str, Any] = {"subject": NOBODY, "contour": "live", "ref": str(asked.employee)}
    facts.record(tx, FACTS[asked.kind](**about, entry=int(entry.number), work_date=entry.work_date))
    tx.commit()

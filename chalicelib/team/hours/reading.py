"""Timesheets and schedules as they are read."""

from chalicelib.core import storage
from chalicelib.staff.members import Member
from chalicelib.team.employees import listing
from chalicelib.team.employees import repository as cards
from chalicelib.team.employees.models import Employee
from chalicelib.team.hours import repository, rules
from chalicelib.team.hours.models import Entry
from chalicelib.team.hours.schemas import HoursQuery, Shifts, ShiftShown, Timesheet, WorkShown


def timesheet(employee: int, query: HoursQuery, member: Member) -> Timesheet:
    """What somebody worked on some days, the last one first. Raises EmployeeNotFound."""
    card = _card(employee, member)
    rows = repository.within("time", employee, *query.days())[::-1]
    units = sum(int(row.units) for row in rows)
    return Timesheet(
        employee_id=employee,
        items=[work(row, card) for row in rows],
        total_hours=sum(int(row.hours) for row in rows),
        total_units=units,
        total_pieces=units,
    )


def schedule(employee: int, query: HoursQuery, member: Member) -> Shifts:
    """When somebody is to work on some days, in order. Raises EmployeeNotFound."""
    _card(employee, member)
    return Shifts(employee_id=employee, items=[shift(row) for row in repository.within("plan", employee, *query.days())])


def _card(employee: int, member: Member) -> Employee:
    (row,) = storage.read(cards.key(employee))
    return listing.known(row, member)


def work(row: Entry, card: Employee) -> WorkShown:
    """An entry of a timesheet, by how its employee is paid now."""
    return WorkShown(
        id=int(row.number),
        work_date=row.work_date,
        start_at=row.starts,
        end_at=row.ends,
        hours_worked=row.hours,
        units_completed=row.units,
        note=row.note,
        rate_rub=rules.rate(row, card.payment_type),
        amount_rub=rules.amount(row, card.payment_type),
        created_at=row.created_at,
    )


def shift(row: Entry) -> ShiftShown:
    """An entry of a schedule."""
    return ShiftShown(
        id=int(row.number),
        work_date=row.work_date,
        planned_start=row.starts,
        planned_end=row.ends,
        break_minutes=int(row.break_minutes),
        location_id=None if row.location is None else int(row.location),
        created_at=row.created_at,
    )

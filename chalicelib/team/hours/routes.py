"""The doors of timesheets and schedules: of the office, and of masters for what is their own."""

from chalicelib.company.errors import LocationClosed, LocationNotFound
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.staff.errors import OwnerOnly
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, staff
from chalicelib.staff.rules import HEADS
from chalicelib.team.employees.errors import EmployeeArchived, EmployeeNotFound
from chalicelib.team.hours import reading, writing
from chalicelib.team.hours.errors import DayTooLong, TimeOverlaps
from chalicelib.team.hours.schemas import HoursQuery, NewShift, NewWork, Shifts, ShiftShown, Timesheet, WorkShown

api = Api("team.hours")
ONE = "/api/v1/admin/employees/{employee_id}"
OWN = staff(*HEADS, "master")
"""Who runs the house; and a master for himself."""

WRITTEN = (EmployeeNotFound, EmployeeArchived, OwnerOnly, TimeOverlaps, DayTooLong, KeyReused)
PLANNED = (EmployeeNotFound, EmployeeArchived, LocationNotFound, LocationClosed, TimeOverlaps, KeyReused)


@api.get(f"{ONE}/timesheet", auth=OWN, errors=[EmployeeNotFound])
def timesheet_get(employee_id: int, query: HoursQuery, caller: Member) -> Timesheet:
    """What somebody worked, the last day first; a master reads his own."""
    return reading.timesheet(employee_id, query, caller)


@api.post(f"{ONE}/timesheet", auth=OWN, errors=WRITTEN)
def timesheet_create(employee_id: int, body: NewWork, caller: Member, idempotency_key: str | None) -> WorkShown:
    """Write down what somebody worked on a day, at the rates of now; a master writes his own."""
    return writing.note(employee_id, body, key=idempotency_key, member=caller)


@api.get(f"{ONE}/schedule", auth=OWN, errors=[EmployeeNotFound])
def schedule_get(employee_id: int, query: HoursQuery, caller: Member) -> Shifts:
    """When somebody is to work; a master reads his own."""
    return reading.schedule(employee_id, query, caller)


@api.post(f"{ONE}/schedule", auth=ADMIN, errors=PLANNED)
def schedule_create(employee_id: int, body: NewShift, caller: Member, idempotency_key: str | None) -> ShiftShown:
    """Plan somebody's time of a day."""
    return writing.plan(employee_id, body, key=idempotency_key, member=caller)

"""The doors of pay: owners have it counted, who runs the house reads it."""

from typing import Annotated

from chalicelib.core.http import Api, Page
from chalicelib.core.once import KeyReused
from chalicelib.core.sheet import Narrow
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN, staff
from chalicelib.team.employees.errors import EmployeeNotFound
from chalicelib.team.pay import exporting, running
from chalicelib.team.pay.errors import PayrollPaid, PeriodOverlaps
from chalicelib.team.pay.schemas import ExportQuery, NewRun, PayExport, Payroll

api = Api("team.pay")
OWNER = staff("owner")
TABLE, DOWNLOAD = "text/csv", 'attachment; filename="employees.csv"'


@api.post("/api/v1/admin/employees/payroll/run", auth=OWNER, errors=[EmployeeNotFound, PeriodOverlaps, PayrollPaid, KeyReused])
def payroll_run(body: NewRun, caller: Member, idempotency_key: str | None) -> Payroll:
    """Count what everybody earned in a period. Again it replaces what has changed since, and adds nothing."""
    return running.run(body, key=idempotency_key, actor=caller.actor)


@api.get("/api/v1/admin/employees/export", auth=ADMIN, errors=[Narrow])
def payroll_export(query: ExportQuery) -> PayExport:
    """Accruals of some periods and names, 5,000 at most, those of the last period first."""
    return exporting.shown(query)


@api.get("/api/v1/admin/employees/export.csv", auth=ADMIN, errors=[Narrow])
def payroll_export_table(query: ExportQuery) -> Annotated[Page, TABLE]:
    """The same as a table."""
    return Page(exporting.table(query), {"Content-Type": f"{TABLE}; charset=utf-8", "Content-Disposition": DOWNLOAD})

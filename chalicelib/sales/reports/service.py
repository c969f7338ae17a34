"""Sales' reports by their names: cohorts of deals by the day of their opening, read from counts."""

from collections.abc import Callable, Mapping
from typing import Final

from chalicelib.core.errors import NotFound
from chalicelib.sales.leads.rules import NARROWED
from chalicelib.sales.reports.backtest import backtest
from chalicelib.sales.reports.calibration import calibration
from chalicelib.sales.reports.funnel import funnel
from chalicelib.sales.reports.schemas import Answered, ReportQuery
from chalicelib.sales.reports.speed import speed
from chalicelib.sales.reports.tables import managers, sources
from chalicelib.staff.members import Member

REPORTS: Final[Mapping[str, Callable[[ReportQuery, int | None], Answered]]] = {
    "funnel": funnel,
    "speed": speed,
    "managers": managers,
    "sources": sources,
    "calibration": calibration,
    "backtest": backtest,
}


class ReportNotFound(NotFound):
    """No report has this name."""

    code = "report_not_found"
    message = "There is no such report."


def report(name: str, query: ReportQuery, member: Member) -> Answered:
    """A report. Raises ReportNotFound."""
    if name not in REPORTS:
        raise ReportNotFound(f"Reports: {', '.join(REPORTS)}")
    return REPORTS[name](query, member.user_id if member.role in NARROWED else None)

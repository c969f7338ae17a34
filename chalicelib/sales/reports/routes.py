"""The door of sales' reports."""

from chalicelib.core.http import Api
from chalicelib.sales.leads.access import READERS
from chalicelib.sales.reports import service
from chalicelib.sales.reports.schemas import Answered, ReportQuery
from chalicelib.sales.reports.service import ReportNotFound
from chalicelib.staff.members import Member

api = Api("sales.reports")


@api.get("/api/v1/analytics/{report}", auth=READERS, errors=[ReportNotFound])
def sales_analytics(report: str, query: ReportQuery, caller: Member) -> Answered:
    """A report of sales: `funnel`, `speed`, `managers`, `sources`, `calibration` or `backtest`. A manager reads his own deals' figures."""
    return service.report(report, query, caller)

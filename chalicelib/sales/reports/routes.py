"""The door of sales' reports."""

from chalicelib.core.http import Api
from chalicelib.sales.reports import service
from chalicelib.sales.reports.schemas import Funnel, Managers, ReportQuery, Sources, Speed
from chalicelib.sales.reports.service import ReportNotFound
from chalicelib.staff.members import Member
from chalicelib.staff.policies import staff

api = Api("sales.reports")
READERS = staff("owner", "admin", "analyst", "manager", "operator")
"""Who reads figures of sales: managers those of their own deals."""


@api.get("/api/v1/analytics/{report}", auth=READERS, errors=[ReportNotFound])
def sales_analytics(report: str, query: ReportQuery, caller: Member) -> Funnel | Speed | Managers | Sources:
    """A report of sales: `funnel`, `speed`, `managers` or `sources`. A manager reads his own deals' figures."""
    return service.report(report, query, caller)

"""Doors."""

from chalicelib.core.http import Api
from chalicelib.core.stamps import Days
from chalicelib.dashboard import service, statistics
from chalicelib.dashboard.schemas import Customers, Dashboard, Finance, FinanceQuery, Levels, Operations, Summary
from chalicelib.staff.policies import ADMIN

api = Api("dashboard")
HOME, FIGURES = "/api/v1/admin/dashboard", "/api/v1/admin/analytics"


@api.get(f"{HOME}/summary", auth=ADMIN)
def get_dashboard_summary() -> Summary:
    """Today in numbers."""
    return service.summary()


@api.get(f"{HOME}/full", auth=ADMIN)
def get_dashboard_full() -> Dashboard:
    """Today, what somebody should see to, and what there is to promote."""
    return service.everything()


@api.get(f"{FIGURES}/customers", auth=ADMIN)
def get_analytics_customers(query: Days) -> Customers:
    """Clients of any days: all, new, those who came again, and who they are."""
    return statistics.customers(query)


@api.get(f"{FIGURES}/operations", auth=ADMIN)
def get_analytics_operations(query: Days) -> Operations:
    """Operations of any days, by day and by kind."""
    return statistics.operations(query)


@api.get(f"{FIGURES}/finance", auth=ADMIN)
def get_analytics_finance(query: FinanceQuery) -> Finance:
    """Income, expenses and cash flow of any days."""
    return statistics.money_flow(query)


@api.get(f"{FIGURES}/levels", auth=ADMIN)
def get_analytics_levels(query: Days) -> Levels:
    """Clients by level, and who of them bought in any days."""
    return statistics.levels(query)

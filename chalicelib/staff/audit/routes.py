"""The doors to the house's own doings: the desk's, and the loyalty panel's name of it."""

from chalicelib.core.http import Api
from chalicelib.staff.audit import service
from chalicelib.staff.audit.schemas import AuditLog, AuditQuery
from chalicelib.staff.policies import ADMIN

api = Api("staff.audit")


@api.get("/audit", auth=ADMIN)
def audit(query: AuditQuery) -> AuditLog:
    """Who of the house did what, newest first."""
    return service.audit(query)


@api.get("/api/v1/admin/audit-log", auth=ADMIN)
def audit_log(query: AuditQuery) -> AuditLog:
    """The same under the name that the loyalty panel asks for."""
    return service.audit(query)

"""The back office's door to the comparison."""

from chalicelib.core import security
from chalicelib.core.http import Api
from chalicelib.intake.reconcile import service
from chalicelib.intake.reconcile.errors import SourceUnavailable
from chalicelib.intake.reconcile.schemas import Report

api = Api("intake.reconcile")


@api.get("/reconcile", auth=security.SERVICE, errors=[SourceUnavailable])
def reconcile() -> Report:
    """Compare our slots with the old database's table and say what differs; nothing is changed."""
    return service.report()

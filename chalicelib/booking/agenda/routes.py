"""The door to the office's list of sessions."""

from chalicelib.booking.agenda import service
from chalicelib.booking.agenda.schemas import SessionList, SessionsQuery
from chalicelib.core.http import Api
from chalicelib.staff import policies

api = Api("booking.agenda")


@api.get("/sessions", auth=policies.OFFICE)
def list_sessions(query: SessionsQuery) -> SessionList:
    """Sessions of a span of days, newest first: of one specialist or of all, in one status or in any."""
    return service.listed(query)

"""What lists of appointments, and changes of their status, refuse."""

from chalicelib.core.errors import Conflict, Invalid, NotFound


class NarrowDays(Invalid):
    """Days of everybody's that are more than one answer looks through."""

    code = "narrow"
    message = "More than 62 days: narrow the days, or name a client or an employee."

    def __init__(self) -> None:
        super().__init__([{"loc": ["query", "date_to"], "msg": self.message, "type": "narrow"}])


class AppointmentNotFound(NotFound):
    code = "not_found"
    message = "There is no appointment with this id."

    def __init__(self) -> None:
        super().__init__({"field": "appointment_id"})


class SessionAhead(Conflict):
    """What has not begun did not take place; `detail.starts_at` says when it begins."""

    code = "session_ahead"
    message = "The session has not begun."

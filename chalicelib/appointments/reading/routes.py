"""The doors of appointments as they are read, and of how each ended: of the office, and of masters for their own."""

from chalicelib.appointments.booking.schemas import AppointmentShown
from chalicelib.appointments.reading import listing, status
from chalicelib.appointments.reading.errors import AppointmentNotFound, NarrowDays, SessionAhead
from chalicelib.appointments.reading.schemas import Appointments, AppointmentsQuery, StatusChange
from chalicelib.booking.sessions.errors import SessionEnded
from chalicelib.core.http import Api
from chalicelib.core.paging import UseCursor
from chalicelib.staff.members import Member
from chalicelib.staff.policies import staff
from chalicelib.staff.rules import HEADS

api = Api("appointments.reading")
ALL = "/api/v1/admin/appointments"
OWN = staff(*HEADS, "operator", "master")
"""Who keeps the bookings; and a master for his own."""


@api.get(ALL, auth=OWN, errors=[NarrowDays, UseCursor])
def appointments_list(query: AppointmentsQuery, caller: Member) -> Appointments:
    """Every session, whoever made it, the next one first; a master reads his own. Of everybody's 62 days at most."""
    return listing.listed(query, caller)


@api.patch(f"{ALL}/{{appointment_id}}/status", auth=OWN, errors=[AppointmentNotFound, SessionAhead, SessionEnded])
def appointments_status(appointment_id: str, body: StatusChange, caller: Member) -> AppointmentShown:
    """Say how an appointment ended; a master says it of his own. `cancelled` before its start gives the time back, after it nobody came."""
    return status.change(appointment_id, body.status, caller)

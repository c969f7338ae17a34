"""How an appointment ended, by the word of the office or of the master whose it was."""

from chalicelib.appointments.booking import repository as appointments
from chalicelib.appointments.booking import shown
from chalicelib.appointments.booking.models import Appointment
from chalicelib.appointments.booking.schemas import AppointmentShown, Status
from chalicelib.appointments.reading import rules
from chalicelib.appointments.reading.errors import AppointmentNotFound, SessionAhead
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.errors import SessionEnded, SessionPast
from chalicelib.booking.sessions.service import Session, SessionRaced
from chalicelib.core import clock, storage
from chalicelib.core.patterns import pattern
from chalicelib.staff.members import Member
from chalicelib.team.employees import repository as employees
from chalicelib.team.employees.models import EmployeeLink

LIVE, MASTER = "live", "master"
_TEXT, _NUMBER = pattern(r"s\.(\w{1,64})\.(\w{1,64})"), pattern(r"[0-9]{1,12}")


@storage.again(SessionRaced, SessionPast)  # past: it began between two looks at the clock
def change(appointment_id: str, status: Status, member: Member) -> AppointmentShown:
    """Have an appointment stand otherwise; the same again changes nothing. Both sides are told as of every session.

    Raises AppointmentNotFound, for a master also of another's; SessionAhead, SessionEnded.
    """
    session, link = _read(appointment_id, member)
    (stands,) = shown.with_names([session])
    if member.role == MASTER and (link is None or stands.employee_id != int(link.employee)):
        raise AppointmentNotFound
    become = _decided(session, stands, status, member)
    return stands.model_copy(update={"status": shown.STATUSES[become], "no_show": become == "missed"})


def _read(appointment_id: str, member: Member) -> tuple[Session, EmployeeLink | None]:
    """A session, and whose card a master has: one read, of a number one more. Raises AppointmentNotFound."""
    said, number = _TEXT.fullmatch(appointment_id), _NUMBER.fullmatch(appointment_id)
    if said is None and number is None:
        raise AppointmentNotFound
    key = sessions.by_key(said[1], said[2]) if said else appointments.key(int(appointment_id))
    found, link = storage.read(key, employees.link_key("user", member.user_id))
    if isinstance(found, Appointment):
        (found,) = storage.read(sessions.by_key(found.ticket_id, found.session_id))
    if found is None or found.contour != LIVE:
        raise AppointmentNotFound
    return found, link


def _decided(session: Session, stands: AppointmentShown, asked: Status, member: Member) -> str:
    """The session's status after the change that is asked for."""
    move, tx = rules.move(stands.status, asked, session.start_at, clock.now()), storage.Transaction()
    match move:
        case "nothing":
            return str(session.status)
        case "ended":
            raise SessionEnded({"status": session.status})
        case "ahead":
            raise SessionAhead({"starts_at": int(session.start_at.timestamp())})
        case "complete":
            sessions.held_in(tx, session, begun=True)
        case "miss":
            sessions.missed_in(tx, session, begun=True)
        case "cancel":
            by = "specialist" if member.role == MASTER else "office"
            sessions.cancel_in(tx, session, by, cause=f"cancelled_by_{by}")
    tx.commit()
    return {"complete": "completed", "miss": "missed", "cancel": "cancelled"}[move]

"""Appointments as the office and clients book them: a free slot is taken, else time is made, else other times are named."""

from datetime import timedelta
from typing import Any

from chalicelib.appointments.booking import alternatives, finding, limits, repository, rules, shown
from chalicelib.appointments.booking.errors import BookingRaced
from chalicelib.appointments.booking.finding import LIVE, Asked, Candidate, Seen
from chalicelib.appointments.booking.schemas import AppBooked, AppBooking, AppointmentShown, NewAppointment
from chalicelib.booking.sessions import making
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.sessions.service import Owner, Session, SessionRaced
from chalicelib.booking.slots import made
from chalicelib.booking.slots import service as slots
from chalicelib.booking.slots.service import DayChanged, SlotTaken
from chalicelib.clients import app
from chalicelib.clients.service import Known, Person
from chalicelib.core import clock, facts, ids, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.core.security import Caller
from chalicelib.intake.tickets import service as tickets
from chalicelib.intake.tickets.service import Ticket
from chalicelib.safety import service as safety
from chalicelib.staff.members import Member

KIND, ORIGIN = "appointment", "crm"
AHEAD = timedelta(days=366)
OUTSIDE = "the time lies outside the employee's schedule of that day"


def book(body: NewAppointment, member: Member, *, path: str, key: str | None) -> AppointmentShown:
    """An appointment that the office makes, or the one that the same request made.

    Raises what `finding.see` does, KeyReused, SlotTaken with alternatives, ClientBusy.
    """
    return _decided(Asked(body, f"POST {path}", member.actor, key), _Number())


def book_own(body: AppBooking, caller: Caller, *, path: str, key: str | None) -> AppBooked:
    """An appointment that a client makes for himself. Raises the same, and BookingLimit."""
    known = app.of_caller(caller)
    answer = _decided(Asked(body, f"POST {path}", f"client#{known.client_id}", key, known), _Number())
    return AppBooked(**dict(answer), appointment_id=answer.id)


class _Number:
    """An appointment's number: one, however often it is decided anew."""

    def __init__(self) -> None:
        self._number: int | None = None

    def __call__(self) -> int:
        self._number = self._number or repository.number()
        return self._number


@storage.again(DayChanged, SessionRaced, BookingRaced, AskedAtOnce, times=8)
def _decided(asked: Asked, number: _Number) -> AppointmentShown:
    seen = finding.see(asked)
    if seen.made is not None:
        return _as_it_stands(*seen.made.split("#"))
    _check_time(asked)
    if (standing := _standing(asked, seen)) is not None:
        return standing
    who = _chosen(asked, seen)
    session = _written(asked, seen, who, number())
    return shown.shown(session, service_name=seen.service.name if seen.service else "", warnings=_warnings(asked, who, session))


def _as_it_stands(ticket_id: str, session_id: str) -> AppointmentShown:
    return shown.with_names(storage.read(sessions.by_key(ticket_id, session_id)))[0]


def _check_time(asked: Asked) -> None:
    if not clock.now() < asked.body.starts_at <= clock.now() + AHEAD:
        raise Invalid.field("body", "starts_at", msg="expected a time ahead, within a year")


def _standing(asked: Asked, seen: Seen) -> AppointmentShown | None:
    """What the client has then with one of those whom he asks for: who sends the same twice without a key booked once."""
    rows = [row for who in seen.candidates for row in who.rows if row is not None]
    for row in rows if asked.key is None else ():
        if row.state == "booked" and row.client_id == seen.client.client_id and row.start_at == asked.body.starts_at:
            return _as_it_stands(row.ticket_id, row.session_id)
    return None


def _chosen(asked: Asked, seen: Seen) -> Candidate:
    """Whose time it becomes. Raises SlotTaken naming other times."""
    start, minutes = asked.body.starts_at, seen.minutes
    named = asked.body.employee_id is not None or any(not who.number for who in seen.candidates)
    freely = asked.own is None and (named or asked.is_forced)
    fit = rules.chosen((who.fit(start, minutes) for who in seen.candidates), freely=freely)
    if fit is None:
        sits = None if asked.is_forced else seen.client.client_id
        others = alternatives.of(seen.candidates, start, minutes, client_id=sits, freely=freely)
        raise SlotTaken({"alternatives": others})
    return next(who for who in seen.candidates if who.number == fit.number)


def _warnings(asked: Asked, who: Candidate, session: Session) -> list[str]:
    """What the office should know: the day has a schedule, and this is not in it."""
    if not session.is_made or asked.own or asked.is_forced:
        return []
    day = facts.day_of(session.start_at)
    first, after = (int(at.timestamp()) for at in facts.bounds(day, day))
    has_plan = any(shift.start < after and first < shift.end for shift in who.plan)
    return [OUTSIDE] if has_plan and not who.fit(session.start_at, int(session.minutes)).is_planned else []


def _written(asked: Asked, seen: Seen, who: Candidate, number: int) -> Session:
    """The session with its ticket, its number and its time: one transaction."""
    tx, owner = storage.Transaction(), _owner(seen)
    known = Known(owner.client_id, seen.client.lead_number, tie="proven")
    ticket = Ticket(ticket_id=owner.ticket_id, contour=LIVE, kind=KIND, booked_at=clock.wall())
    tickets.open_in(tx, ticket, known=known, person=Person(name=seen.client_name), with_link=False)
    session = _taken(tx, asked, seen, who, owner, number)
    names = {"ticket_id": session.ticket_id, "session_id": session.session_id}
    repository.create(tx, number, **names, by=asked.actor, reason=asked.said.reason if asked.said else None)
    if asked.own:
        limits.admit_in(tx, owner.client_id, seen.booked, **names)
        said = "\n".join(text for text in (asked.body.title, asked.body.comment) if text)
        safety.screen_in(tx, known, said, name=seen.client_name, where=safety.MESSAGE, contour=LIVE, ticket_id=session.ticket_id)
    asked.request.done(tx, f"{session.ticket_id}#{session.session_id}")
    try:
        tx.commit()
    except SlotTaken as taken:  # what was offered a moment ago: look at what is left
        raise BookingRaced from taken
    return session


def _owner(seen: Seen) -> Owner:
    return Owner(LIVE, ids.new(), ids.new(), seen.client.client_id, seen.client.lead_number, seen.client_name)


def _taken(tx: storage.Transaction, asked: Asked, seen: Seen, who: Candidate, owner: Owner, number: int) -> Session:
    """The session on the slot that is offered then, else on time that is made for it."""
    said: dict[str, Any] = {"cause": "appointment_booked", "force": asked.is_forced, "about": _about(asked, who, number)}
    offered = who.offered(asked.body.starts_at, seen.minutes)
    if offered is not None:
        return sessions.book_in(tx, slots.ref(offered), owner, seen=offered, confirmed=True, **said)
    what = made.hour(who.specialist_id, who.name, asked.body.starts_at, seen.minutes)
    return making.book_made_in(tx, what, owner, made.Room(who.days, who.rows), **said)


def _about(asked: Asked, who: Candidate, number: int) -> dict[str, Any]:
    body, said = asked.body, asked.said
    what = {"title": body.title, "comment": body.comment, "product": body.service_id}
    where = {"location": said.location_id if said else None, "source": said.source if said else "online"}
    return {"origin": ORIGIN, "number": number, "employee": who.number or None, **what, **where}

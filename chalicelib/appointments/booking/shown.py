"""Sessions as appointments: every session is one, whoever made it."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from chalicelib.appointments.booking.schemas import AppointmentShown, Source, Status
from chalicelib.booking.sessions.service import Session
from chalicelib.catalogue.products import repository as products
from chalicelib.clients.index.rules import number_of
from chalicelib.core import storage
from chalicelib.team.employees import repository as employees

FORM = "form"
STATUSES: dict[str, Status] = {
    "pending": "scheduled",
    "confirmed": "scheduled",
    "completed": "completed",
    "cancelled": "cancelled",
    "missed": "cancelled",
}
"""What panels call each status of a session."""


def shown(session: Session, *, employee: int | None = None, service_name: str = "", warnings: Iterable[str] = ()) -> AppointmentShown:
    """A session as an appointment. `employee` is whose card its specialist has, where the session itself does not say it."""
    service = _whole(session.product)
    return AppointmentShown(
        id=wire_id(session),
        client_id=number_of(session.lead_number) if session.lead_number else None,
        client_name=session.client_name or "",
        employee_id=employee if session.employee is None else int(session.employee),
        employee_name=session.specialist_name,
        service_id=service,
        product_id=service,
        service_name=service_name,
        title=session.title or "",
        starts_at=session.start_at,
        duration_minutes=int(session.minutes),
        status=STATUSES[session.status],
        no_show=session.status == "missed",
        source=source_of(session),
        location_id=_whole(session.location),
        comment=session.comment or "",
        created_at=session.created_at,
        warnings=list(warnings),
    )


def with_names(sessions: Sequence[Session], *, warnings: Iterable[str] = ()) -> list[AppointmentShown]:
    """Sessions as appointments, with the names of their services and their employees' numbers: one read, none where nothing is missing."""
    services = sorted({int(one.product) for one in sessions if one.product is not None})
    strangers = sorted({one.specialist_id for one in sessions if one.employee is None})
    goods, links = storage.read_lists(
        [products.key(number) for number in services], [employees.link_key("specialist", who) for who in strangers]
    )
    names = {number: row.name for number, row in zip(services, goods, strict=True) if row is not None}
    cards = {who: int(row.employee) for who, row in zip(strangers, links, strict=True) if row is not None}
    return [
        shown(
            one,
            employee=cards.get(one.specialist_id),
            service_name=names.get(_whole(one.product) or 0, ""),
            warnings=warnings,
        )
        for one in sessions
    ]


def wire_id(session: Session) -> int | str:
    """What callers know a session by."""
    return f"s.{session.ticket_id}.{session.session_id}" if session.number is None else int(session.number)


def source_of(session: Session) -> Source:
    """From where it came."""
    return cast(Source, session.source or FORM)


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)

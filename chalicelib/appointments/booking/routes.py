"""The doors of booking: of the office, by either of its names, and of the Mini App."""

from chalicelib.appointments.booking import service
from chalicelib.appointments.booking.errors import BookingLimit
from chalicelib.appointments.booking.schemas import AppBooked, AppBooking, AppointmentShown, NewAppointment
from chalicelib.booking.calendar.errors import ClientBusy
from chalicelib.booking.slots.errors import SlotTaken
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.clients.errors import ClientNotFound
from chalicelib.clients.policies import APP
from chalicelib.company.errors import LocationClosed, LocationNotFound
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.core.security import Caller
from chalicelib.staff.members import Member
from chalicelib.staff.policies import OFFICE
from chalicelib.team.employees.errors import EmployeeArchived, EmployeeNotFound

api = Api("appointments.booking")

OFFICES, SPOKEN, OWN = "/api/v1/admin/appointments", "/api/v1/admin/communications/appointments", "/api/v1/app/appointments/book"
UNKNOWN = (EmployeeNotFound, ProductNotFound)
TAKEN = (SlotTaken, ClientBusy, KeyReused)
BOOKED = (ClientNotFound, *UNKNOWN, LocationNotFound, LocationClosed, EmployeeArchived, *TAKEN)


@api.post(OFFICES, auth=OFFICE, errors=BOOKED)
def appointments_create(body: NewAppointment, caller: Member, idempotency_key: str | None) -> AppointmentShown:
    """Book a client's time: a free slot, else time that is made for it; both sides are told."""
    return service.book(body, caller, path=OFFICES, key=idempotency_key)


@api.post(SPOKEN, auth=OFFICE, errors=BOOKED)
def appointments_create_by_phone(body: NewAppointment, caller: Member, idempotency_key: str | None) -> AppointmentShown:
    """The same, by the name that panels of conversations call it."""
    return service.book(body, caller, path=SPOKEN, key=idempotency_key)


@api.post(OWN, auth=APP, errors=[*UNKNOWN, *TAKEN, BookingLimit])
def appointments_book(body: AppBooking, caller: Caller, idempotency_key: str | None) -> AppBooked:
    """A client books for himself what is offered, or time within a schedule: three ahead at most."""
    return service.book_own(body, caller, path=OWN, key=idempotency_key)

"""The doors of what the Mini App offers before somebody books."""

from chalicelib.appointments.times import options, service
from chalicelib.appointments.times.schemas import BookingOptions, Times, TimesQuery
from chalicelib.catalogue.stock.errors import ProductNotFound
from chalicelib.clients.policies import APP
from chalicelib.core.http import Api
from chalicelib.core.security import Caller
from chalicelib.team.employees.errors import EmployeeNotFound

api = Api("appointments.times")
APPOINTMENTS = "/api/v1/app/appointments"


@api.get(f"{APPOINTMENTS}/booking-options", auth=APP)
def appointments_options() -> BookingOptions:
    """Whom one can come to, and what for."""
    return options.options()


@api.get(f"{APPOINTMENTS}/slots", auth=APP, errors=[EmployeeNotFound, ProductNotFound])
def appointments_times(query: TimesQuery, caller: Caller) -> Times:
    """When one may come to somebody on a day: only what could be booked now. None where he does not work."""
    return service.times(query, caller)

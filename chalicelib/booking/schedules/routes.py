"""The doors to specialists' schedules and to what they are owed."""

from collections.abc import Callable
from typing import Annotated

from chalicelib.booking.schedules import service
from chalicelib.booking.schedules.policy import CALENDAR
from chalicelib.booking.schedules.schemas import Coefficient, CoefficientQuery, Messages, Schedule, ScheduleQuery
from chalicelib.booking.specialists.errors import NameAmbiguous, SpecialistNotFound
from chalicelib.core import security
from chalicelib.core.http import Api, Page, page

api = Api("booking.schedules")

CALENDAR_TEXT = "text/calendar"


def _feed(query: ScheduleQuery) -> Page:
    return page(service.feed(query), f"{CALENDAR_TEXT}; charset=utf-8", cache="private, max-age=300")


Answered = Messages | Schedule | Page
FORMATS: dict[str, Callable[[ScheduleQuery], Answered]] = {"text": service.messages, "json": service.structured, "ics": _feed}


@api.get("/get-schedule", auth=CALENDAR, webhook=True, errors=[SpecialistNotFound, NameAmbiguous])
def get_schedule(query: ScheduleQuery) -> Messages | Schedule | Annotated[Page, CALENDAR_TEXT]:
    """A specialist's four weeks, free and booked: a list of messages, one a week; or data; or a calendar feed."""
    return FORMATS[query.format](query)


@api.get("/get-assigment-coeff", auth=security.SERVICE, webhook=True, errors=[SpecialistNotFound, NameAmbiguous])
def get_assigment_coeff(query: CoefficientQuery) -> Coefficient:
    """How many sessions are left to assign to a specialist this month, and from which parts that is made."""
    return service.coefficient(query)

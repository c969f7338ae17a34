"""What lists of appointments, and changes of their status, take and show."""

from datetime import date, timedelta
from typing import ClassVar

from pydantic import Field, model_validator

from chalicelib.appointments.booking.schemas import AppointmentShown, Source, Status
from chalicelib.core.listing import in_order
from chalicelib.core.paging import PageNumbers, PageQuery
from chalicelib.core.schemas import Schema, Whole
from chalicelib.core.stamps import OptionalDay
from chalicelib.core.synonyms import Names, SynonymousQuery

WIDEST, AHEAD = 62, 30
"""Days that a list of everybody's spans at most, and how many after its first one it shows where nobody says."""


class AppointmentsQuery(SynonymousQuery, PageQuery):
    """Which appointments; days are the business's own, and both ends count."""

    ALSO: ClassVar[Names] = {"service_id": ("product_id",)}

    date_from: OptionalDay = Field(None, description=f"The first day; today, or {AHEAD} days before date_to")
    date_to: OptionalDay = Field(None, description=f"The last day; {AHEAD} days after the first one where it is left out")
    status: Status | None = None
    source: Source | None = None
    service_id: Whole = Field(None, ge=1)
    employee_id: Whole = Field(None, ge=1, description="With it, or with client_id, the days may be any")
    client_id: Whole = Field(None, ge=1)

    @model_validator(mode="after")
    def _is_a_span(self) -> "AppointmentsQuery":
        in_order(self.date_from, self.date_to)
        return self

    def days(self, today: date) -> tuple[date, date]:
        """The first and the last day, where one or both are left out."""
        ahead = timedelta(days=AHEAD)
        first = self.date_from or (self.date_to - ahead if self.date_to else today)
        return first, self.date_to or first + ahead


class Appointments(PageNumbers):
    """Appointments by their start, the next one first."""

    items: list[AppointmentShown]
    total: int = Field(
        description="How many there are; with status, source or service_id, and where client_id comes with employee_id, up to this page"
    )
    total_exact: bool = Field(description="False where there are more than were counted")


class StatusChange(Schema):
    """How an appointment is to stand."""

    status: Status = Field(description="`cancelled` before its start frees the time, after it says that the client did not come")

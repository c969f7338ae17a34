"""The doors of diagnostic sessions."""

from chalicelib.booking.calendar.errors import ClientBusy
from chalicelib.booking.slots.errors import SlotNotFound, SlotPast, SlotTaken
from chalicelib.clients.errors import ClientNotFound
from chalicelib.core import security
from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.core.schemas import Contour
from chalicelib.intake.applications.rules import key_of
from chalicelib.intake.diagnostics import service
from chalicelib.intake.diagnostics.errors import WrongSpecialist
from chalicelib.intake.diagnostics.schemas import DiagnosticBooked, DiagnosticBooking, DiagnosticRequest, DiagnosticTicket
from chalicelib.intake.limits.errors import TooManyForms
from chalicelib.integrations.tilda.forms import is_probe
from chalicelib.integrations.tilda.policy import PUBLIC_FORM

api = Api("intake.diagnostics")
REQUESTS = Source(service.SOURCE, key=key_of, is_probe=is_probe)


@api.post("/webhook/diagnostic-session-request", auth=PUBLIC_FORM, webhook=True, source=REQUESTS, errors=[TooManyForms])
def diagnostic_session_request(body: DiagnosticRequest, receipt: Receipt, contour: Contour) -> DiagnosticTicket:
    """A client asks for a diagnostic session."""
    return service.request(body, contour=contour, receipt=receipt)


@api.post(
    "/process-diagnostic-session-request",
    auth=security.SERVICE,
    webhook=True,
    test_contour=True,
    errors=[ClientNotFound, SlotNotFound, WrongSpecialist, SlotTaken, ClientBusy, SlotPast],
)
def process_diagnostic_session_request(body: DiagnosticBooking, contour: Contour) -> DiagnosticBooked:
    """Book a diagnostic session for a known client: confirmed when paid, kept until its payment is due otherwise."""
    return service.process(body, contour)

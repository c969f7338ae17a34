"""The back office's and the bots' doors to booking a client anew."""

from chalicelib.clients.errors import ClientNotFound
from chalicelib.core import security
from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.intake.reassignment import info, rules, service
from chalicelib.intake.reassignment.schemas import LeadQuery, Reassigned, Reassignment, RebookingInfo, RebookingQuery, RebookingSchedule
from chalicelib.intake.tickets.errors import TicketNotFound

api = Api("intake.reassignment")
WISHES = Source("reassignments", key=rules.key_of)


@api.post("/reassign", auth=security.SERVICE, webhook=True, source=WISHES, errors=[ClientNotFound, TicketNotFound])
def reassign(body: Reassignment, receipt: Receipt) -> Reassigned:
    """Book a client anew: the old session is released, the chosen times are held, everyone concerned is told.

    The same wish again within ten minutes gets the same answer and makes nothing new.
    """
    return service.reassign(body, receipt)


@api.get(
    "/get-ticket-info-for-reassigment-without-schedule",
    auth=security.SERVICE,
    webhook=True,
    errors=[ClientNotFound, TicketNotFound],
)
def get_ticket_info_for_reassigment_without_schedule(query: LeadQuery) -> RebookingInfo:
    """The client's newest ticket, as a new booking needs it; no slots."""
    return info.ticket(query)


@api.get("/get-reassignment-schedule", auth=security.SERVICE, webhook=True, errors=[ClientNotFound, TicketNotFound])
def get_reassignment_schedule(query: RebookingQuery) -> RebookingSchedule:
    """Free slots for a new booking: of the psychologist chosen before, or of the others picked before."""
    return info.schedule(query)

"""The doors to booking a client anew: the back office's and the bots', and those of a client's own page."""

from chalicelib.access import pages
from chalicelib.access.errors import TooManyUses
from chalicelib.clients.errors import ClientNotFound
from chalicelib.core.http import Api, Source
from chalicelib.core.inbox import Receipt
from chalicelib.core.security import Caller
from chalicelib.intake.reassignment import info, rules, service
from chalicelib.intake.reassignment.schemas import (
    LeadQuery,
    Reassigned,
    Reassignment,
    RebookingGrid,
    RebookingInfo,
    RebookingQuery,
    RebookingSchedule,
)
from chalicelib.intake.tickets.errors import TicketNotFound

api = Api("intake.reassignment")
WISHES = Source("reassignments", key=rules.key_of)
NOBODY = [ClientNotFound, TicketNotFound]


@api.post("/reassign", auth=pages.REBOOKING_PAGE, webhook=True, source=WISHES, errors=[*NOBODY, TooManyUses])
def reassign(body: Reassignment, receipt: Receipt, caller: Caller) -> Reassigned:
    """Book a client anew: the old session is released, the chosen times are held, everyone concerned is told.

    The same wish again within ten minutes gets the same answer and makes nothing new.
    """
    return service.reassign(body, receipt, caller)


@api.get("/get-ticket-info-for-reassigment-without-schedule", auth=pages.REBOOKING_PAGE, webhook=True, errors=NOBODY)
def get_ticket_info_for_reassigment_without_schedule(query: LeadQuery, caller: Caller) -> RebookingInfo:
    """The client's newest ticket, as a new booking needs it, and what he said in his form; no slots."""
    return info.ticket(query, caller)


@api.get("/get-ticket-info-for-reassigment", auth=pages.REBOOKING_PAGE, webhook=True, errors=NOBODY)
def get_ticket_info_for_reassigment(query: RebookingQuery, caller: Caller) -> RebookingGrid:
    """Whom the client was with, and free time for a new booking by days and hours: `mode` as in `/get-reassignment-schedule`."""
    return info.grid(query, caller)


@api.get("/get-reassignment-schedule", auth=pages.REBOOKING_PAGE, webhook=True, errors=NOBODY)
def get_reassignment_schedule(query: RebookingQuery, caller: Caller) -> RebookingSchedule:
    """Free slots for a new booking: of the psychologist chosen before, or of the others picked before."""
    return info.schedule(query, caller)

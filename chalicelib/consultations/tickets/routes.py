"""Doors of consultations."""

from chalicelib.consultations.accounts.errors import ClientNeeded, ClientUnknown
from chalicelib.consultations.policies import CLIENTS_READ, CONSULTATIONS_CREATE, CONSULTATIONS_FORM
from chalicelib.consultations.tickets import service
from chalicelib.consultations.tickets.errors import TicketUnknown, TwoClients
from chalicelib.consultations.tickets.schemas import Created, NewConsultation, Question, TicketCard, TicketsPage, TicketsQuery
from chalicelib.core.http import Api
from chalicelib.core.security import Caller

api = Api("consultations.tickets", prose=True)


@api.post("/api/consultations/create", auth=CONSULTATIONS_FORM, errors=[ClientNeeded, TwoClients, ClientUnknown])
def create_consultation(body: NewConsultation, caller: Caller, visitor: str, idempotency_key: str | None) -> Created:
    """Take a question; its client is made when nobody is meant. A person asks for himself, a site without sign-in for somebody new.

    A repeat (the same `Idempotency-Key`, or the same words of the same client for the same time within a day) answers the same.
    """
    return service.create(body, caller=caller, visitor=visitor, idempotency_key=idempotency_key)


@api.post("/api/consultations/simple", auth=CONSULTATIONS_CREATE, errors=[ClientNeeded, ClientUnknown])
def create_consultation_simple(body: Question, caller: Caller, idempotency_key: str | None) -> Created:
    """Take a question of a client whose id is known; a person's own only."""
    return service.create_simple(body, caller=caller, idempotency_key=idempotency_key)


@api.get("/api/tickets/{cons_id}", auth=CLIENTS_READ, errors=[TicketUnknown])
def get_ticket(cons_id: str, caller: Caller) -> TicketCard:
    """A consultation by our id or by Chatwoot's; a person's own only."""
    return service.get(cons_id, caller=caller)


@api.get("/api/tickets/clients/{client_id}/tickets", auth=CLIENTS_READ, errors=[ClientUnknown])
def list_client_tickets(client_id: str, query: TicketsQuery, caller: Caller) -> TicketsPage:
    """A client's consultations, newest first; a person's own only."""
    return service.list_of(client_id, query, caller=caller)

"""The doors of leads."""

from chalicelib.clients.errors import ContactTaken
from chalicelib.core.http import Api, message
from chalicelib.core.once import KeyReused
from chalicelib.core.schemas import Message
from chalicelib.sales.leads import creating, listing, people, showing, writing  # noqa: F401 - people: what lists find leads by
from chalicelib.sales.leads.access import READERS, WRITERS
from chalicelib.sales.leads.errors import LeadExists, LeadNotFound, SortTooDeep
from chalicelib.sales.leads.schemas import LeadCard, LeadId, LeadPatch, Leads, LeadsQuery, LeadWhole, NewLead
from chalicelib.staff.errors import ChangedMeanwhile
from chalicelib.staff.members import Member
from chalicelib.staff.policies import ADMIN

api = Api("sales.leads")


@api.get("/api/v1/leads", auth=READERS, errors=[SortTooDeep])
def leads_list(query: LeadsQuery, caller: Member) -> Leads:
    """Leads by any filters and words, with how many there are: what was just written is in the answer.

    Managers see their own and those that are nobody's.
    """
    return listing.listed(query, caller)


@api.post("/api/v1/leads", auth=WRITERS, status=201, errors=[LeadExists, KeyReused])
def leads_create(body: NewLead, caller: Member, idempotency_key: str | None) -> LeadCard:
    """Write a lead down: the person is found by the contacts, or made. Without `assigned_to` a manager's new lead is his own."""
    return creating.create(body, caller, idempotency_key)


@api.get("/api/v1/leads/{lead_id}", auth=READERS, errors=[LeadNotFound])
def leads_get(lead_id: LeadId, caller: Member) -> LeadWhole:
    """A lead, why the score is what it is, and what was last written. By the number of who was merged, whom he became."""
    return showing.one(lead_id, caller)


@api.put("/api/v1/leads/{lead_id}", auth=WRITERS, errors=[LeadNotFound, ChangedMeanwhile, ContactTaken])
def leads_update(lead_id: LeadId, body: LeadPatch, caller: Member) -> LeadCard:
    """Change what is said of a lead; what is absent stays, null clears. A deal that is over is followed by another where it is reopened."""
    return writing.change(lead_id, body, caller)


@api.delete("/api/v1/leads/{lead_id}", auth=ADMIN, errors=[LeadNotFound])
def leads_delete(lead_id: LeadId, caller: Member) -> Message:
    """Take a lead out of lists and figures; the person stays, with all that he booked."""
    writing.remove(lead_id, caller)
    return message("Лид удалён.")

"""The doors of a lead's timeline and score."""

from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.sales.interactions import judging, service
from chalicelib.sales.interactions.schemas import Interaction, Interactions, InteractionsQuery, Note, Scored, ScoreRequest
from chalicelib.sales.leads.access import READERS, WRITERS
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.sales.leads.schemas import LeadId
from chalicelib.staff.members import Member

api = Api("sales.interactions")


@api.get("/api/v1/leads/{lead_id}/interactions", auth=READERS, errors=[LeadNotFound])
def leads_interactions(lead_id: LeadId, query: InteractionsQuery, caller: Member) -> Interactions:
    """What happened between a lead and us, newest first: the log, with the words of messages and notes."""
    return service.listed(lead_id, query, caller)


@api.post("/api/v1/leads/{lead_id}/interactions", auth=WRITERS, status=201, errors=[LeadNotFound, KeyReused])
def leads_note(lead_id: LeadId, body: Note, caller: Member, idempotency_key: str | None) -> Interaction:
    """Write something down of a lead: it stands in his timeline; by a manager's words he was spoken to now."""
    return service.note(lead_id, body, caller, idempotency_key)


@api.post("/api/v1/leads/{lead_id}/score", auth=WRITERS, errors=[LeadNotFound, KeyReused])
def leads_score(lead_id: LeadId, body: ScoreRequest, caller: Member, idempotency_key: str | None) -> Scored:
    """Judge a lead by all that is known of him now, with the reasons for and against."""
    return judging.score(lead_id, body, caller, idempotency_key)

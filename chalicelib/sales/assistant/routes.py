"""The assistant's doors."""

from chalicelib.ai import showing
from chalicelib.ai.errors import JobNotFound
from chalicelib.ai.schemas import JobShown, Models, ModelsQuery, Usage, UsageQuery
from chalicelib.core.errors import Forbidden
from chalicelib.core.http import Api
from chalicelib.core.once import KeyReused
from chalicelib.sales.assistant import planning, service
from chalicelib.sales.assistant.errors import NoTranscript
from chalicelib.sales.assistant.schemas import CallAnalysed, CallQuery, CallRequest, EmailMade, EmailRequest, ForecastMade, ForecastRequest
from chalicelib.sales.calls.errors import CallNotFound
from chalicelib.sales.forecasts.errors import PeriodClosed
from chalicelib.sales.forecasts.schemas import AskedQuery
from chalicelib.sales.interactions.schemas import LeadScoreRequest, Scored
from chalicelib.sales.leads.access import READERS, WRITERS
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.staff.members import Member
from chalicelib.staff.policies import staff
from chalicelib.staff.rules import HEADS

api = Api("sales.assistant")
PLANNERS = staff(*HEADS, "analyst")


@api.post("/api/v1/ai/score-lead", auth=WRITERS, also=(202,), errors=[LeadNotFound, KeyReused])
def ai_score_lead(body: LeadScoreRequest, caller: Member, idempotency_key: str | None) -> Scored:
    """Judge a lead now, by rules; with `explain` a model explains it where one is set up: 202 with `job` until it has."""
    return service.score(body, caller, idempotency_key)


@api.post("/api/v1/ai/generate-email", auth=WRITERS, also=(202,), errors=[LeadNotFound, KeyReused])
def ai_generate_email(body: EmailRequest, caller: Member, idempotency_key: str | None) -> EmailMade:
    """A letter to a lead, by rules at once and kept as a draft; 202 with `job` while a model words it, too."""
    return service.email(body, caller, idempotency_key)


@api.post("/api/v1/ai/analyze-call", auth=WRITERS, also=(202,), errors=[CallNotFound, NoTranscript, KeyReused])
def ai_analyze_call(body: CallRequest, query: CallQuery, caller: Member, idempotency_key: str | None) -> CallAnalysed:
    """What is made of a call's transcript, by rules at once; 202 with `job` while a model reads it, where the client has agreed."""
    return planning.analyse(body, query, caller, idempotency_key)


@api.post("/api/v1/ai/generate-forecast", auth=PLANNERS, also=(201, 202), errors=[PeriodClosed, KeyReused])
def ai_generate_forecast(body: ForecastRequest, query: AskedQuery, caller: Member, idempotency_key: str | None) -> ForecastMade:
    """A forecast in words, kept with `save` alone (201); 202 with `job` while a model words it."""
    return planning.forecast(body, query, caller, idempotency_key)


@api.get("/api/v1/ai/models", auth=READERS)
def ai_models(query: ModelsQuery) -> Models:
    """The models that may be asked, and why others are not; the rules always answer."""
    return showing.models(query)


@api.get("/api/v1/ai/usage", auth=READERS, errors=[Forbidden])
def ai_usage(query: UsageQuery, caller: Member) -> Usage:
    """What models took this month, by days and models: one's own, or everybody's for who runs the house."""
    return service.usage(query.user_id, caller)


@api.get("/api/v1/ai/jobs/{job_id}", auth=READERS, also=(202,), errors=[JobNotFound])
def ai_job(job_id: str, caller: Member) -> JobShown:
    """A job, with what it found: 202 while it is at work."""
    return service.job(job_id, caller)

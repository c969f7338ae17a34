"""Calls analysed and forecasts made as they are asked for: rules at once, a model's words by a job."""

from typing import Final

from chalicelib.ai import asking, showing
from chalicelib.ai.models import AiJob
from chalicelib.ai.schemas import AT_WORK
from chalicelib.core import once, storage
from chalicelib.core.errors import Invalid
from chalicelib.core.once import AskedAtOnce
from chalicelib.sales.assistant import listening, narrating
from chalicelib.sales.assistant.errors import NoTranscript
from chalicelib.sales.assistant.schemas import CallAnalysed, CallQuery, CallRequest, ForecastMade, ForecastRequest
from chalicelib.sales.assistant.service import language
from chalicelib.sales.calls import service as calls
from chalicelib.sales.calls.analysis import effects
from chalicelib.sales.calls.models import SalesCall
from chalicelib.sales.calls.transcripts import repository as transcripts
from chalicelib.sales.forecasts import generating
from chalicelib.sales.forecasts import showing as forecasts
from chalicelib.sales.forecasts.schemas import Asked, AskedQuery, ForecastShown
from chalicelib.staff.members import Member

CALL, FORECAST = "/api/v1/ai/analyze-call", "/api/v1/ai/generate-forecast"
NOTHING: Final = "-"


def analyse(body: CallRequest, query: CallQuery, member: Member, key: str | None) -> CallAnalysed:
    """What is made of a call's transcript, and the job of a model that reads it.

    Raises CallNotFound, NoTranscript, KeyReused, Invalid.
    """
    number = body.call_id or query.call_id
    if number is None:
        raise Invalid.field("body", "call_id", msg="Field required", kind="missing")
    request = once.request(member.actor, f"POST {CALL}", key, CallRequest(call_id=number, force=body.force or query.force))
    row, _, _ = calls.seen(number, member)
    (kept,) = storage.read(transcripts.key(str(row.place)))
    if kept is None:
        raise NoTranscript({"transcript_state": row.transcript_state})
    found = kept.analysis or effects.found(row, kept)
    force = body.force or query.force
    hindrance = _hindrance(row, found["state"])
    is_told = found["method"] == "model" and not force
    job: AiJob | None
    if hindrance is None and not is_told:
        job = listening.queue(number, str(kept.stamp), by=member.user_id, force=force, request=request)
    else:
        job = _remembered(request)
    shown = CallAnalysed(call_id=number, state=found["state"], analysis=found, hindrance=hindrance, job=showing.job(job) if job else None)
    return shown.answering(AT_WORK) if showing.is_at_work(job) else shown


def _hindrance(row: SalesCall, state: str) -> str | None:
    """Why no model reads a transcript."""
    if not asking.may("call"):
        return "no_model"
    return listening.hindrance(row) if state == "done" else state


@storage.again(AskedAtOnce)
def _remembered(request: once.Request) -> AiJob | None:
    """Nothing is asked of a model; the job, where the same request has asked before."""
    made = request.made(storage.read(*request.keys)) if request.keys else None
    if made is not None:
        return None if made == NOTHING else asking.read(made)
    tx = storage.Transaction()
    request.done(tx, NOTHING)
    tx.commit()
    return None


def forecast(body: ForecastRequest, query: AskedQuery, member: Member, key: str | None) -> ForecastMade:
    """A forecast, kept with `save` alone, in words. Raises Invalid, PeriodClosed, KeyReused."""
    request = once.request(member.actor, f"POST {FORECAST}", key, ForecastRequest(**{**body.model_dump(), **_said(body, query)}))
    shown = generating.generate(body, query, member, key) if body.save else _unkept(body, query, member)
    said, spoken = narrating.lines(shown, language(member)), language(member)
    if asking.may("forecast"):
        job: AiJob | None = narrating.queue(said, language=spoken, by=member.user_id, force=body.force, request=request)
    else:
        job = _remembered(request)
    told = (job.result or {}).get("narrative") if job else None
    words = told or narrating.narrative(said)
    made = ForecastMade(**dict(shown), narrative=words, job=showing.job(job) if job else None)
    made.saying(**shown.headers)
    return made.answering(AT_WORK if showing.is_at_work(job) else shown.answered or 200)


def _said(body: Asked, query: AskedQuery) -> dict[str, object]:
    """What is asked for, by whichever says it."""
    return generating.said_of(generating.wanted(body, query))


def _unkept(body: Asked, query: AskedQuery, member: Member) -> ForecastShown:
    """A forecast that nobody keeps."""
    asked = generating.wanted(body, query)
    generating.check_owner(asked.owner, storage.read(*generating.owners(asked)))
    found, as_of = generating.draw(asked)
    return forecasts.shown(generating.row_of(found, as_of, member, 0))

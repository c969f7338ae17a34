"""Scores, letters and jobs as managers ask for them: the rules answer at once, a model's words come later."""

from typing import Any, Final

from chalicelib.ai import asking, evidence, showing
from chalicelib.ai.catalogue import RULES
from chalicelib.ai.errors import JobNotFound
from chalicelib.ai.models import AiJob
from chalicelib.ai.schemas import AT_WORK, JobShown, Usage
from chalicelib.core import once, storage
from chalicelib.core.errors import Forbidden
from chalicelib.core.once import AskedAtOnce
from chalicelib.sales.assistant import explaining, known, rules, writing
from chalicelib.sales.assistant.schemas import EmailMade, EmailRequest, FactShown
from chalicelib.sales.interactions import judging
from chalicelib.sales.interactions.schemas import LeadScoreRequest, Scored
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.errors import LeadNotFound
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.messages import service as messages
from chalicelib.sales.messages.schemas import NewMessage
from chalicelib.staff.members import Member
from chalicelib.staff.rules import HEADS

EMAIL: Final = "/api/v1/ai/generate-email"
NOT_SAVED: Final = "-"


def score(body: LeadScoreRequest, member: Member, key: str | None) -> Scored:
    """Judge a lead now, and have a model explain it where nobody has explained the same. Raises LeadNotFound, KeyReused."""
    shown = judging.score(body.lead_id, body, member, key)
    is_told = shown.explanation is not None and not body.force_rescore
    if not body.explain or is_told or not (shown.reasons or shown.counter_reasons) or not asking.may("score"):
        return shown
    said = shown.model_dump(mode="json", include={"reasons", "counter_reasons", "score_category"})
    request = once.request(member.actor, "POST /api/v1/ai/score-lead", key, body)
    whose: dict[str, Any] = {"by": member.user_id, "request": request}
    job = explaining.queue(shown.lead_id, said, language=language(member), force=body.force_rescore, **whose)
    shown.job = showing.job(job)
    return shown.answering(AT_WORK) if showing.is_at_work(job) else shown


def language(member: Member) -> rules.Language:
    """In which of the assistant's languages somebody reads."""
    return "en" if member.user is not None and member.user.language == "en" else "ru"


@storage.again(AskedAtOnce)
def email(body: EmailRequest, member: Member, key: str | None) -> EmailMade:
    """A letter by rules, kept as a draft, and the job of a model's; a repeat under the same Idempotency-Key gives what it made.

    Raises LeadNotFound, KeyReused.
    """
    request = once.request(member.actor, f"POST {EMAIL}", key, body)
    try:
        lead, person = leads.read(body.lead_id, member)
    except LeadNotFound:
        raise LeadNotFound({"field": "lead_id"}) from None
    manager = (member.user.full_name or None) if member.user else None
    facts = known.facts(lead, person, manager)
    made = rules.letter(body.template_type, body.tone, body.language, facts)
    message = _message(request, body, lead, member, made)
    job = _job(body, lead, member, message, facts, key) if asking.may("email") else None
    shown = _letter(made, job, message)
    pieces = evidence.numbered(f"{known.label(name, body.language)}: {value}" for name, value in facts.items())
    found = [FactShown(id=piece.id, name=name, text=piece.text) for piece, name in zip(pieces, facts, strict=True)]
    answer = EmailMade(**shown, lead_id=lead.number, facts=found, job=showing.job(job) if job else None)
    return answer.answering(AT_WORK) if showing.is_at_work(job) else answer


def _message(request: once.Request, body: EmailRequest, lead: Lead, member: Member, made: rules.Letter) -> int | None:
    """The draft that is saved, or was saved by the same request; None where none is wanted."""
    before = request.made(storage.read(*request.keys)) if request.keys else None
    if before is not None:
        return None if before == NOT_SAVED else int(before)
    tx, number = storage.Transaction(), None
    if body.save:
        said = {"lead_id": lead.number, "message_type": "email", "subject": made.subject, "body": made.body, "language": body.language}
        number = messages.draft_in(tx, NewMessage.model_validate(said), lead, member).number
    request.done(tx, NOT_SAVED if number is None else str(number))
    tx.commit()
    return number


def _job(body: EmailRequest, lead: Lead, member: Member, message: int | None, facts: dict[str, str], key: str | None) -> AiJob:
    """The job of a draft; of a letter that is not kept, one for the same facts."""
    asked = body.model_dump(exclude={"lead_id", "save", "force"})
    asked |= {"lead": lead.number, "manager": facts.get("manager"), "message": message, "facts": None if message else facts}
    request = once.request(member.actor, f"POST {EMAIL}#job", key, body)
    return writing.queue(asked, by=member.user_id, force=body.force, request=request)


def _letter(made: rules.Letter, job: AiJob | None, message: int | None) -> dict[str, Any]:
    """What is shown first: a model's words where its job is done already, the rules' until then."""
    shown: dict[str, Any] = {name: getattr(made, name) for name in made._fields if name != "used"}
    shown |= {"tokens_used": 0, "model_used": RULES, "unsupported": []}
    if job is not None and job.result:
        shown |= {name: job.result[name] for name in (*made._fields, "model_used", "unsupported") if name in job.result}
        shown["tokens_used"] = int(job.tokens)
    return shown | {"message_id": message}


def job(job_id: str, member: Member) -> JobShown:
    """A job, for who asked and who runs the house; 202 while it is at work. Raises JobNotFound."""
    row = asking.read(job_id)
    if row.created_by != member.user_id and member.role not in HEADS:
        raise JobNotFound
    return showing.whole(row)


def usage(user_id: int | None, member: Member) -> Usage:
    """What models took: his own, or whose ever the heads of the house ask for. Raises Forbidden."""
    if member.role in HEADS:
        return showing.usage(user_id)
    if user_id not in (None, member.user_id):
        raise Forbidden("Roles: " + ", ".join(HEADS))
    return showing.usage(member.user_id)

"""A lead's score, made now by what is known now, as its two doors answer it."""

from chalicelib.core import clock, once, storage
from chalicelib.core.once import AskedAtOnce
from chalicelib.core.schemas import utc_text
from chalicelib.sales.interactions.schemas import Factors, Scored, ScoreRequest
from chalicelib.sales.leads import deciding, judging
from chalicelib.sales.leads import service as leads
from chalicelib.sales.leads.errors import LeadRaced
from chalicelib.sales.leads.models import Lead
from chalicelib.sales.scoring import learned, wording
from chalicelib.sales.scoring.models import Learned
from chalicelib.staff.members import Member


@storage.again(LeadRaced, AskedAtOnce)
def score(number: int, body: ScoreRequest, member: Member, key: str | None) -> Scored:
    """Judge a lead now; a repeat under the same Idempotency-Key shows how he stands. Raises LeadNotFound, KeyReused."""
    lead, person = leads.read(number, member)
    request = once.request(member.actor, f"POST /api/v1/leads/{lead.number}/score", key, body)
    before, (model,) = storage.read_lists(request.keys, [learned.key()])
    if request.made(before) is None or lead.detail is None:
        tx = storage.Transaction()
        happened = judging.events(lead.client_id)
        lead = deciding.change_in(tx, lead, person, {}, by=member.actor, at=clock.now(), events=happened)
        request.done(tx, str(lead.number))
        tx.commit()
    return _shown(lead, model, body, member.user.language if member.user else "ru")


def _shown(lead: Lead, model: Learned | None, body: ScoreRequest, language: str) -> Scored:
    said = learned.told(wording.worded(lead.detail, language), model)
    factors = Factors(fit=said["fit"], engagement=said["engagement"])
    reasoning = wording.reasoning(said, language) if body.explain else None
    return Scored(lead_id=lead.number, factors=factors, reasoning=reasoning, scored_at=utc_text(lead.scored_at), **said)

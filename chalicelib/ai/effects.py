"""What the outbox must know of jobs: each step is written before the next, so that a job goes on wherever its worker died.

queued ──reserved──sent──> answered and paid for (`found`) ──kept──> done
Only between `sent` and `found` can a call be lost: it stays spent, and the job asks again, a few times at most.
"""

from datetime import timedelta
from typing import Any, NoReturn

from pydantic import ValidationError

from chalicelib.ai import budget, calling, catalogue, purposes, repository, rules
from chalicelib.ai.asking import EFFECT
from chalicelib.ai.catalogue import Model
from chalicelib.ai.errors import CallRaced, OverBudget
from chalicelib.ai.models import AiCall, AiJob
from chalicelib.ai.purposes import Answered, Case, Kind, Reading, Withheld
from chalicelib.ai.rules import UNFINISHED, State, Used
from chalicelib.core import clock, outbox, storage
from chalicelib.core.errors import Busy
from chalicelib.core.outbox import Effect, Retry
from chalicelib.core.vendors import VendorBusy, VendorDown
from chalicelib.integrations.asking import Malformed, ModelRefused, Told

WIDTH = 4
AT_ONCE = timedelta(seconds=1)


@outbox.handles(EFFECT, width=WIDTH, bury=lambda effect, tx, reason: _bury(effect, tx, reason))
def run(effect: Effect, tx: storage.Transaction) -> None:
    """Bring a job to its end; nothing where it has come there. Raises Retry where a vendor cannot now."""
    job: AiJob | None
    (job,) = storage.read(repository.key(effect.payload["job_id"]))
    if job is None or job.state not in UNFINISHED:
        return
    kind = purposes.registry.get(job.kind)
    if kind is None:
        raise Retry(f"nobody knows jobs of {job.kind}")
    try:
        _run(job, kind)
    except CallRaced:
        raise Retry("another worker has this job") from None


def _run(job: AiJob, kind: Kind) -> None:
    if job.found is not None:
        return _keep(job, kind)
    try:
        case = kind.ask(job)
    except Withheld as withheld:
        return _end(job, "failed", withheld.reason)
    model = catalogue.best(kind.purpose)
    if model is None:
        return _end(job, "failed", "no_model")
    made = repository.calls(str(job.job_id))
    if (why := rules.exhausted([call.state for call in made])) is not None:
        return _end(job, "failed", why)
    _call(job, kind, case, model, made)
    return _keep(job, kind) if job.found is not None else None


def _call(job: AiJob, kind: Kind, case: Case, model: Model, made: list[AiCall]) -> None:
    """One call, from its reservation to its account. Raises Retry where another is needed: a worker has time for one."""
    client = calling.client(model)
    body = client.body(calling.question(kind, case), model.max_tokens)
    most = calling.most(model, body)
    try:
        call = budget.reserve(job, made, model.id, kind.purpose, most)
    except OverBudget:
        return _stop(job)
    budget.begin(call)
    try:
        told = client.ask(body)
        said = kind.answer.model_validate(case.mask.restore(told.said))
    except (Malformed, ValidationError) as error:
        _malformed(call, model, error if isinstance(error, Malformed) else told)
        raise Retry("the model's answer is malformed", AT_ONCE) from error
    except ModelRefused as refused:
        budget.refused(call)
        return _refused(job, refused)
    except VendorBusy as busy:
        budget.refused(call)
        raise Retry("the model's vendor asks to wait", _seconds(busy.retry_after), for_all=True) from busy
    except VendorDown as down:
        _down(call, down)
    return _account(job, call, model, told, kind.read(case, said))


def _seconds(after: float | None) -> timedelta | None:
    return timedelta(seconds=after) if after else None


def _down(call: AiCall, down: VendorDown) -> NoReturn:
    """What was never asked is given back; what may have been answered stays spent."""
    if not down.sent_maybe:
        budget.refused(call)
    raise Retry("the model's vendor is down") from down


def _used(told: Told | Malformed) -> Used | None:
    """The tokens of a call; None where the vendor does not count them all."""
    if told.input_tokens is None or told.output_tokens is None:
        return None
    return Used(told.input_tokens, told.output_tokens)


def _malformed(call: AiCall, model: Model, told: Told | Malformed) -> None:
    tx = storage.Transaction()
    budget.settle_in(tx, call, "malformed", model.prices, _used(told))
    _try_hard(tx)


def _account(job: AiJob, call: AiCall, model: Model, told: Told, reading: Reading) -> None:
    """What the call cost, and what counts of its answer: one write, so that nobody pays for it again."""
    used = _used(told)
    tokens = used.input + used.output if used else 0
    found: dict[str, Any] = {"state": reading.state, "found": reading.found, "model": model.id, "tokens": tokens}
    tx = storage.Transaction()
    budget.settle_in(tx, call, "answered", model.prices, used)
    repository.say(tx, job, {"found": found, "tokens": tokens})
    _try_hard(tx)
    job.found, job.tokens = found, tokens


def _try_hard(tx: storage.Transaction) -> None:
    """Write what was paid for: a store that is busy for a moment would have it paid for again."""
    storage.again(Busy)(tx.commit)()


def _keep(job: AiJob, kind: Kind) -> None:
    """The job's end, with what follows from it: decided anew where that raced with something else."""
    answered = Answered(**job.found)
    storage.again(*kind.raced)(_kept)(job, kind, answered)


def _kept(job: AiJob, kind: Kind, answered: Answered) -> None:
    tx = storage.Transaction()
    result = kind.keep(tx, job, answered)
    repository.say(tx, job, {"state": answered.state, "result": result, "found": None, "finished_at": clock.wall()})
    tx.commit()


def _end(job: AiJob, state: State, error: str | None = None) -> None:
    """A job that found nothing has come to its end: what the rules said stands."""
    tx = storage.Transaction()
    repository.say(tx, job, {"state": state, "error": error, "finished_at": clock.wall()})
    tx.commit()


def _refused(job: AiJob, refused: ModelRefused) -> None:
    """The vendor will never: the job has failed, and the admin hears it."""
    tx = storage.Transaction()
    repository.say(tx, job, {"state": "failed", "error": f"refused_{refused.status}", "finished_at": clock.wall()})
    for tell in purposes.tellers.refused:
        tell(tx, budget.today(), refused.reason)
    tx.commit()


class _Told(Exception):
    """The day's first refusal was told of already."""


def _stop(job: AiJob) -> None:
    """There is no room for this job; of the first of a day the admin hears."""
    day = budget.today()
    tx = storage.Transaction()
    said = {"state": "over_budget", "error": "over_budget", "finished_at": clock.wall()}
    repository.say(tx, job, said)
    repository.stop(tx, day, clock.wall(), _Told())
    for tell in purposes.tellers.over_budget:
        tell(tx, day)
    try:
        tx.commit()
    except _Told:
        _end(job, "over_budget", "over_budget")


def _bury(effect: Effect, tx: storage.Transaction, reason: str) -> None:
    """An effect that was given up: its job has failed, unless it has ended, and the admin hears it as of any."""
    for mourn in outbox.mourners:
        mourn(effect, tx, reason)
    (job,) = storage.read(repository.key(effect.payload["job_id"]))
    if job is not None and job.state in UNFINISHED:
        repository.say(tx, job, {"state": "failed", "error": "given_up", "finished_at": clock.wall()})

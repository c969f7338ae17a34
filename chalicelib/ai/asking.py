"""A model is asked by a job, which leaves by the outbox: the same input is the same job, whoever asks for it again."""

from typing import Any

from chalicelib.ai import catalogue, repository, rules
from chalicelib.ai.errors import JobNotFound, JobRaced
from chalicelib.ai.models import AiJob
from chalicelib.ai.rules import KEPT_JOBS, Purpose
from chalicelib.core import clock, ids, once, outbox, storage
from chalicelib.core.once import AskedAtOnce

EFFECT = "ai_job"


def may(purpose: Purpose) -> bool:
    """Whether a model is there to be asked."""
    return catalogue.best(purpose) is not None


@storage.again(JobRaced, AskedAtOnce)
def ask(kind: str, subject: str, asked: dict[str, Any], *, by: int, force: bool = False, request: once.Request | None = None) -> AiJob:
    """A user's job of this input: the one that was made of it before, or a new one, always with `force`.

    Jobs of a `subject` leave in their order. Another user's is another job: who asked reads the answer, and nobody else. A `request` that
    comes again has the job that it made. Raises KeyReused.
    """
    mark = rules.mark(kind, {**asked, "subject": subject, "by": by})
    before, (seen,) = storage.read_lists(request.keys if request else [], [repository.name_key(mark)])
    made = request.made(before) if request else None
    named = made or (seen.job_id if seen is not None and not force else None)
    known: AiJob | None = storage.read(repository.key(named))[0] if named else None
    tx = storage.Transaction()
    if request is not None and made is None and known is not None:
        request.done(tx, str(known.job_id))
    if known is not None:
        tx.commit()
        return known
    now = clock.wall()
    job = AiJob(job_id=ids.new(), kind=kind, subject=subject, mark=mark, asked=asked, created_by=by, created_at=now)
    job.expires_at = now + KEPT_JOBS
    if request is not None:
        request.done(tx, job.job_id)
    repository.create(tx, job, seen)
    outbox.send(tx, EFFECT, {"job_id": job.job_id}, lane=f"ai#{subject}")
    tx.commit()
    return job


def read(job_id: str) -> AiJob:
    """A job. Raises JobNotFound."""
    (job,) = storage.read(repository.key(job_id))
    if job is None:
        raise JobNotFound
    return job

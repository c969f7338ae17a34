"""A model is asked by a job, which leaves by the outbox: the same input is the same job, whoever asks for it again."""

from typing import Any

from chalicelib.ai import catalogue, repository, rules
from chalicelib.ai.errors import JobNotFound, JobRaced
from chalicelib.ai.models import AiJob
from chalicelib.ai.rules import KEPT_JOBS, Purpose
from chalicelib.core import clock, ids, outbox, storage

EFFECT = "ai_job"


def may(purpose: Purpose) -> bool:
    """Whether a model is there to be asked."""
    return catalogue.best(purpose) is not None


@storage.again(JobRaced)
def ask(kind: str, subject: str, asked: dict[str, Any], *, by: int, force: bool = False) -> AiJob:
    """A user's job of this input: the one that was made of it before, or a new one, always with `force`.

    Jobs of a `subject` leave in their order. Another user's is another job: who asked reads the answer, and nobody else.
    """
    mark = rules.mark(kind, {**asked, "subject": subject, "by": by})
    (seen,) = storage.read(repository.name_key(mark))
    if seen is not None and not force and (known := storage.read(repository.key(seen.job_id))[0]):
        return known
    now = clock.wall()
    job = AiJob(job_id=ids.new(), kind=kind, subject=subject, mark=mark, asked=asked, created_by=by, created_at=now)
    job.expires_at = now + KEPT_JOBS
    tx = storage.Transaction()
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

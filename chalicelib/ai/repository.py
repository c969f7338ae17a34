"""Reads and writes of jobs, calls and budgets."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.ai import rules
from chalicelib.ai.errors import CallRaced, JobRaced, OverBudget
from chalicelib.ai.models import AiCall, AiJob, AiJobName, AiSpent
from chalicelib.ai.rules import KEPT_CALLS, UNFINISHED, Used
from chalicelib.core import storage

ALL, OPEN = "all", "open"


def day_key(day: str) -> storage.Key:
    """A day's budget."""
    return AiSpent.at(f"day#{day}", ALL)


def month_key(day: str) -> storage.Key:
    """The budget of a day's month."""
    return AiSpent.at(f"month#{day[:7]}", ALL)


def name_key(mark: str) -> storage.Key:
    """Where it stands which job was made of an input."""
    return AiJobName.at(mark)


def key(job_id: str) -> storage.Key:
    """Where a job stands."""
    return AiJob.at(job_id)


def create(tx: storage.Transaction, job: AiJob, seen: AiJobName | None) -> None:
    """A new job of its input; the commit raises JobRaced where another was made of it since `seen` was read."""
    tx.create(job)
    name = AiJobName(name=job.mark, job_id=job.job_id, expires_at=job.expires_at)
    same = AiJobName.name.does_not_exist() if seen is None else AiJobName.job_id == seen.job_id
    tx.put(name, condition=same, otherwise=JobRaced())


def say(tx: storage.Transaction, job: AiJob, said: Mapping[str, Any]) -> None:
    """Say this of a job that has not come to its end; the commit raises CallRaced where it has."""
    actions = [getattr(AiJob, name).remove() if value is None else getattr(AiJob, name).set(value) for name, value in said.items()]
    tx.update(AiJob.row(job.job_id), actions, condition=AiJob.state.is_in(*UNFINISHED), otherwise=CallRaced())


def calls(job_id: str) -> list[AiCall]:
    """A job's calls, as they stand, in order."""
    return storage.query(AiCall, job_id, consistent=True).rows


def reserve(tx: storage.Transaction, call: AiCall, limits: tuple[int, int]) -> None:
    """Take what a call can cost of its day and its month, while both have room; the commit raises OverBudget otherwise."""
    call.open_in = OPEN
    tx.create(call, otherwise=CallRaced())
    for (_, period, whose), limit in zip((day_key(call.day), month_key(call.day)), limits, strict=True):
        room = AiSpent.cost.does_not_exist() | (AiSpent.cost <= limit - int(call.cost))
        tx.put_or_update(AiSpent.row(period, str(whose)), [AiSpent.cost.add(call.cost)], condition=room, otherwise=OverBudget())


def sent(tx: storage.Transaction, call: AiCall) -> None:
    """A reservation's call begins: from here it is spent, whatever becomes of it. The commit raises CallRaced where it has lapsed."""
    said = [AiCall.state.set("sent"), AiCall.open_in.remove()]
    tx.update(AiCall.row(call.job_id, call.number), said, condition=AiCall.state == "reserved", otherwise=CallRaced())
    _used(tx, call, cost=int(call.cost), requests=1)


def settle(tx: storage.Transaction, call: AiCall, state: str, cost: int, used: Used) -> None:
    """A call that was sent has come to an end: what it did not cost is given back. The commit raises CallRaced where it was told before."""
    said = [AiCall.state.set(state), AiCall.cost.set(cost), AiCall.input_tokens.set(used.input), AiCall.output_tokens.set(used.output)]
    tx.update(AiCall.row(call.job_id, call.number), said, condition=AiCall.state == "sent", otherwise=CallRaced())
    back = cost - int(call.cost)
    _give_back(tx, call, back)
    _used(tx, call, cost=back, tokens=used.input + used.output)


def lapse(tx: storage.Transaction, call: AiCall) -> None:
    """A reservation whose call never began is given back whole; the commit raises CallRaced where it has begun, or lapsed."""
    said = [AiCall.state.set("lapsed"), AiCall.open_in.remove(), AiCall.cost.set(0)]
    tx.update(AiCall.row(call.job_id, call.number), said, condition=AiCall.state == "reserved", otherwise=CallRaced())
    _give_back(tx, call, -int(call.cost))


def _give_back(tx: storage.Transaction, call: AiCall, by: int) -> None:
    for _, period, whose in (day_key(call.day), month_key(call.day)):
        tx.put_or_update(AiSpent.row(period, str(whose)), [AiSpent.cost.add(by)])


def _used(tx: storage.Transaction, call: AiCall, **more: int) -> None:
    """What a user's calls of a model took on a day."""
    row = AiSpent.row(f"used#{call.day[:7]}", f"{call.day}#{int(call.user)}#{call.model}")
    added = [getattr(AiSpent, name).add(by) for name, by in more.items()]
    tx.put_or_update(row, [*added, AiSpent.expires_at.set(call.made_at + KEPT_CALLS)])


def lapsed(now: datetime) -> list[AiCall]:
    """Reservations whose call has not begun for so long that it never will, as they stand."""
    found = storage.query(AiCall.by_open, OPEN, between=AiCall.made_at <= now - rules.LAPSES, limit=storage.BATCH).rows
    return [call for call in storage.whole(found) if call.state == "reserved"]


def stop(tx: storage.Transaction, day: str, at: datetime, otherwise: Exception) -> None:
    """A job was refused on that day; the commit raises `otherwise` where one was before."""
    _, period, whose = day_key(day)
    first = AiSpent.stopped_at.does_not_exist()
    tx.put_or_update(AiSpent.row(period, str(whose)), [AiSpent.stopped_at.set(at)], condition=first, otherwise=otherwise)


def used(month: str) -> list[AiSpent]:
    """What a month's calls took, by day, user and model."""
    return storage.query(AiSpent, f"used#{month}", consistent=True).rows

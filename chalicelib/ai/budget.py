"""A call of a model is paid for before it is made: what it can cost at most is taken of the day's and the month's budget.

reserved ──> sent ──> answered, malformed, refused: what it did not cost is given back
   └──> lapsed: given back, an hour after a worker died before the call began

Whoever dies between two of these leaves too much taken, never too little: a call that was sent and told nothing of stays spent whole.
"""

from contextlib import suppress
from datetime import datetime
from typing import Any

from chalicelib.ai import repository, rules
from chalicelib.ai.errors import CallRaced, OverBudget
from chalicelib.ai.models import AiCall, AiJob
from chalicelib.ai.rules import Prices, Used
from chalicelib.core import clock, facts, storage
from chalicelib.core.settings import settings


def limits() -> tuple[int, int]:
    """The budgets of a day and of a month."""
    return rules.micro(settings().ai_budget_day), rules.micro(settings().ai_budget_month)


def today() -> str:
    """The business's day."""
    return facts.day_of(clock.wall())


def reserve(job: AiJob, made: list[AiCall], model: str, purpose: str, most: int) -> AiCall:
    """The job's next call, paid for: one that was reserved and never begun, where it suffices. Raises OverBudget, CallRaced."""
    if made and made[-1].state == "reserved" and made[-1].model == model and made[-1].cost >= most:
        return made[-1]
    try:
        return _reserved(job, len(made) + 1, model, purpose, most)
    except OverBudget:
        if not free():
            raise
        return _reserved(job, len(made) + 1, model, purpose, most)


def _reserved(job: AiJob, number: int, model: str, purpose: str, most: int) -> AiCall:
    if most > min(limits()):
        raise OverBudget
    now = clock.wall()
    call = AiCall(job_id=job.job_id, number=f"{number:04d}", user=job.created_by, model=model, purpose=purpose, day=today(), cost=most)
    call.made_at, call.expires_at = now, now + rules.KEPT_CALLS
    tx = storage.Transaction()
    repository.reserve(tx, call, limits())
    repository.say(tx, job, {"state": "running", "model": model})
    tx.commit()
    return call


def begin(call: AiCall) -> None:
    """The call begins now. Raises CallRaced where its reservation has lapsed."""
    tx = storage.Transaction()
    repository.sent(tx, call)
    tx.commit()


def settle_in(tx: storage.Transaction, call: AiCall, state: str, prices: Prices, used: Used | None) -> None:
    """The call has ended and took `used`; where nobody says what it took it stays spent whole."""
    cost = rules.cost(prices, used) if used is not None else int(call.cost)
    repository.settle(tx, call, state, cost, used or Used(0, 0))


def refused(call: AiCall) -> None:
    """The vendor did nothing: all is given back."""
    tx = storage.Transaction()
    repository.settle(tx, call, "refused", 0, Used(0, 0))
    tx.commit()


def free() -> int:
    """Give back what dead workers had reserved; how many calls these were."""
    return sum(_is_freed(call) for call in repository.lapsed(clock.wall()))


def _is_freed(call: AiCall) -> bool:
    tx = storage.Transaction()
    repository.lapse(tx, call)
    with suppress(CallRaced):
        tx.commit()
        return True
    return False


def left(rows: list[Any]) -> tuple[int, int]:
    """What is left of the day and of the month, by their rows."""
    day, month = (limit - int(row.cost if row is not None else 0) for limit, row in zip(limits(), rows, strict=True))
    return max(day, 0), max(month, 0)


def stopped(row: Any) -> datetime | None:
    """When the first job of the day was refused."""
    return row.stopped_at if row is not None else None

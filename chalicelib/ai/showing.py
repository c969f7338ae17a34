"""Jobs, models and what they cost, as callers read them."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from chalicelib.ai import budget, catalogue, repository, rules
from chalicelib.ai.catalogue import RULES, Model
from chalicelib.ai.models import AiJob, AiSpent
from chalicelib.ai.rules import UNFINISHED
from chalicelib.ai.schemas import (
    AT_WORK,
    Budget,
    Job,
    JobShown,
    Models,
    ModelShown,
    ModelsQuery,
    SpentByUser,
    SpentOnDay,
    SpentOnModel,
    Usage,
)
from chalicelib.core import storage
from chalicelib.core.listing import part
from chalicelib.core.schemas import utc_text


def job(row: AiJob) -> Job:
    """A job as an answer names it that has queued it."""
    return Job(**_job(row))


def whole(row: AiJob) -> JobShown:
    """A job with what it found; 202 while it is at work."""
    found = JobShown(**_job(row), model=row.model, tokens_used=int(row.tokens), result=row.result)
    return found.answering(AT_WORK).saying(Retry_After="2") if is_at_work(row) else found


def is_at_work(row: AiJob | None) -> bool:
    """Whether a job is there that has not ended."""
    return row is not None and row.state in UNFINISHED


def _job(row: AiJob) -> dict[str, Any]:
    ended = utc_text(row.finished_at) if row.finished_at else None
    return {
        "id": row.job_id,
        "kind": row.kind,
        "state": row.state,
        "created_at": utc_text(row.created_at),
        "finished_at": ended,
        "error": row.error,
    }


def models(query: ModelsQuery) -> Models:
    """The models that the settings name, and the rules, which always answer."""
    rows = [_rules(), *map(_model, catalogue.known().models)]
    items, numbers = part(rows, query)
    return Models(items=items, **numbers)


def _rules() -> ModelShown:
    said: dict[str, Any] = {"max_tokens": None, "input_price": 0, "output_price": 0, "for": [*catalogue.PURPOSES]}
    reason = None if catalogue.known().is_read else "models_unreadable"
    return ModelShown(id=RULES, name="Rules", provider=RULES, type="text", available=True, reason=reason, **said)


def _model(model: Model) -> ModelShown:
    prices = [None if price is None else float(price) for price in (model.input_price, model.output_price)]
    said: dict[str, Any] = {"max_tokens": model.max_tokens, "input_price": prices[0], "output_price": prices[1], "for": model.purposes}
    hindrance = model.hindrance
    head: dict[str, Any] = {"id": model.id, "name": model.name or model.id, "provider": model.provider, "type": "text"}
    return ModelShown(**head, available=hindrance is None, reason=hindrance, **said)


def usage(user_id: int | None) -> Usage:
    """What a user's calls took this month, or everybody's: two reads."""
    day = budget.today()
    rows = storage.read(repository.day_key(day), repository.month_key(day))
    told = [_told(row) for row in repository.used(day[:7])]
    mine = [one for one in told if user_id is None or one.user == str(user_id)]
    today, month = _sum(one for one in mine if one.day == day), _sum(mine)
    return Usage(
        user_id=user_id,
        tokens_used_today=today["tokens"],
        tokens_used_month=month["tokens"],
        requests_today=today["requests"],
        requests_month=month["requests"],
        cost_today=today["cost"],
        cost_month=month["cost"],
        budget=_budget(rows),
        by_day=[SpentOnDay(day=on, **spent) for on, spent in _by(mine, lambda one: one.day)],
        by_model=[SpentOnModel(model=model, **spent) for model, spent in _by(mine, lambda one: one.model)],
        by_user=[SpentByUser(user_id=int(user), **spent) for user, spent in _by(mine, lambda one: one.user)] if user_id is None else [],
    )


class Told(NamedTuple):
    """What a user's calls of a model took on a day."""

    row: AiSpent
    day: str
    user: str
    model: str


def _told(row: AiSpent) -> Told:
    day, user, model = str(row.whose).split("#", 2)
    return Told(row, day, user, model)


def _by(rows: Iterable[Told], name: Callable[[Told], str]) -> list[tuple[str, dict[str, Any]]]:
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for one in rows:
        found[name(one)].append(one)
    return [(value, _sum(found[value])) for value in sorted(found)]


def _sum(told: Iterable[Told]) -> dict[str, Any]:
    kept = [one.row for one in told]
    return {
        "tokens": sum(int(row.tokens) for row in kept),
        "requests": sum(int(row.requests) for row in kept),
        "cost": rules.dollars(sum(int(row.cost) for row in kept)),
    }


def _budget(rows: list[Any]) -> Budget:
    (day, month), left = budget.limits(), budget.left(rows)
    shown = {"day": rules.dollars(day), "month": rules.dollars(month), "left_today": rules.dollars(left[0])}
    return Budget(**shown, left_month=rules.dollars(left[1]), stopped=budget.stopped(rows[0]) is not None)

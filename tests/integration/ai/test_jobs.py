"""Jobs of models: paid for beforehand, asked once, brought to their end wherever a worker died."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from pydantic import BaseModel

from chalicelib.ai import asking, budget, effects, evidence, purposes, repository, rules
from chalicelib.ai.errors import CallRaced
from chalicelib.ai.masking import Known, Mask
from chalicelib.ai.models import AiCall, AiSpent
from chalicelib.ai.purposes import Case, Kind, Reading, Withheld
from chalicelib.core import clock, outbox, storage
from chalicelib.core.outbox import Effect, OutboxRow
from chalicelib.core.settings import settings
from tests.standins.modelling import KEY, ModelStandIn
from tests.standins.store import Killed, OneAtATime, Wire, restore, snapshot

SECRET = "Анна Фёдорова"
ASKED: dict[str, Any] = {"n": 1}


class Claim(BaseModel):
    text: str
    evidence: str
    quote: str


class Claims(BaseModel):
    claims: list[Claim]


class Kept:
    """What a kind of job kept, and what it is told."""

    def __init__(self) -> None:
        self.kept: list[purposes.Answered] = []
        self.told: list[str] = []
        self.withheld: str | None = None

    def ask(self, job) -> Case:
        if self.withheld:
            raise Withheld(self.withheld)
        pieces = evidence.numbered([f"{SECRET} звонила {job.asked['n']} раз", "Спросила цену", "Ждёт ответа"])
        return Case(pieces, {"text": f"для {SECRET}"}, Mask(Known(names=(SECRET,))))

    def read(self, case: Case, said: Claims) -> Reading:
        kept, dropped = evidence.verified([claim.model_dump() for claim in said.claims], case.pieces)
        return Reading("done" if kept else "insufficient_evidence", {"claims": kept, "dropped": dropped})

    def keep(self, tx, job, answered) -> dict[str, Any]:
        self.kept.append(answered)
        return answered.found


@pytest.fixture
def kind(monkeypatch):
    kept = Kept()
    monkeypatch.setitem(purposes.registry, "trial", Kind("trial", "score", "Say why.", Claims, kept.ask, kept.read, kept.keep))
    told = purposes.Tellers([lambda tx, day: kept.told.append(f"budget {day}")], [lambda tx, day, why: kept.told.append(f"refused {why}")])
    monkeypatch.setattr(purposes, "tellers", told)
    return kept


@pytest.fixture
def models(tables, monkeypatch):
    with ModelStandIn() as stand_in:
        priced = {"id": "m-1", "provider": "openai", "input_price": 1, "output_price": 2, "max_tokens": 300}
        for name, value in {
            "AI_PROVIDER": "openai",
            "AI_URL": f"{stand_in.address}/v1",
            "AI_KEY": KEY,
            "AI_MODELS": json.dumps([{"id": "free", "provider": "openai"}, priced]),
        }.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        yield stand_in
        assert stand_in.wrong == []
    settings.cache_clear()


def room(monkeypatch, parts: int, month: int | None = None) -> None:
    monkeypatch.setenv("AI_BUDGET_DAY", f"{parts / rules.MICRO:.6f}")
    monkeypatch.setenv("AI_BUDGET_MONTH", f"{(month or parts) / rules.MICRO:.6f}")
    settings.cache_clear()


def ask(n: int = 1, subject: str | None = None, **more: Any):
    return asking.ask("trial", subject or f"lead#{n}", {"n": n}, by=7, **more)


def run(job) -> None:
    """The job's effect is delivered; a Retry leaves it as it is."""
    effects.run(Effect("e", {"job_id": job.job_id}, 1, asking.EFFECT), storage.Transaction())


def spent() -> tuple[int, int]:
    rows = storage.read(repository.day_key(budget.today()), repository.month_key(budget.today()))
    return tuple(int(row.cost) if row else 0 for row in rows)


def price(models) -> int:
    """What one call can cost at most."""
    return len(models.got[-1]) + 600


def test_a_job_ends_with_what_evidence_holds_and_nothing_of_the_client_has_left(models, kind):
    job = ask()
    run(job)
    ended = asking.read(job.job_id)
    assert (ended.state, ended.model, ended.error) == ("done", "m-1", None)
    assert (len(ended.result["claims"]), ended.result["dropped"]) == (2, 1)
    assert ended.result["claims"][0]["quote"] == f"{SECRET} звонила 1 раз", "the evidence's own letters"
    assert "Анна" not in models.all_bytes
    assert "Фёдорова" not in models.all_bytes
    assert ended.tokens == price(models) - 300
    run(job)
    assert len(models.got) == 1, "what has ended is not asked again"


def test_the_same_input_is_the_same_job_and_force_makes_another(models, kind):
    first, again, forced, others = ask(), ask(), ask(force=True), asking.ask("trial", "lead#1", {"n": 1}, by=8)
    assert first.job_id == again.job_id
    assert len({first.job_id, forced.job_id, others.job_id, ask(2).job_id}) == 4
    assert ask().job_id == forced.job_id, "the last one of an input is its job"
    assert len([*OutboxRow.scan()]) == 4
    with OneAtATime(), ThreadPoolExecutor(8) as pool:
        assert len({job.job_id for job in pool.map(lambda _: ask(9), range(8))}) == 1


def test_what_a_call_did_not_cost_is_given_back(models, kind):
    models.usage = (100, 10)
    job = ask()
    run(job)
    assert spent() == (120, 120)
    (call,) = repository.calls(job.job_id)
    assert (call.state, call.cost, call.input_tokens, call.output_tokens) == ("answered", 120, 100, 10)
    (used,) = repository.used(budget.today()[:7])
    assert (used.cost, used.tokens, used.requests) == (120, 110, 1)


def test_fifty_jobs_at_once_with_room_for_three_make_three_calls(models, kind, monkeypatch):
    run(ask(1, "lead#sample"))
    each = price(models)
    room(monkeypatch, 4 * each + each // 2)
    jobs = [ask(n, f"lead#{n}") for n in range(10, 60)]
    models.got.clear()

    def work(job) -> None:
        for _ in range(20):
            with suppress(outbox.Retry):
                run(job)
                break

    with OneAtATime(), ThreadPoolExecutor(8) as pool:
        [*pool.map(work, jobs)]
    states = [asking.read(job.job_id).state for job in jobs]
    assert len(models.got) == 3
    assert sorted(set(states)) == ["done", "over_budget"]
    assert states.count("done") == 3
    assert all(parts <= 4 * each + each // 2 for parts in spent())
    assert storage.read(repository.day_key(budget.today()))[0].stopped_at is not None
    assert len({*kind.told}) == 1


def test_a_month_bounds_as_a_day_does_and_none_means_none(models, kind, monkeypatch):
    room(monkeypatch, 10**6, month=10)
    job = ask()
    run(job)
    assert asking.read(job.job_id).state == "over_budget"
    assert (models.got, spent()) == ([], (0, 0))


@pytest.mark.parametrize("step", range(1, 7))
def test_killed_at_any_call_a_job_ends_all_the_same_and_never_over_its_budget(models, kind, monkeypatch, step):
    """Whatever the worker was about to write, or had just written: what is spent is at least what was asked for, and the job ends once."""
    room(monkeypatch, 10_000)
    job, at = ask(), iter(range(1, 1_000))

    def kill(call) -> None:
        if next(at) == step:
            raise Killed

    for when in ("before", "after"):
        clean = snapshot()
        at = iter(range(1, 1_000))
        with Wire() as wire:
            setattr(wire, when, kill)
            try:
                run(job)
            except Killed:
                pass
            else:
                pytest.fail("the worker lived")
        run(job)
        ended = asking.read(job.job_id)
        assert ended.state == "done"
        calls = repository.calls(job.job_id)
        assert spent()[0] == sum(int(call.cost) for call in calls) <= 10_000
        assert len(models.got) <= 2
        models.got.clear()
        restore(clean)


def test_a_reservation_of_a_dead_worker_lapses_after_an_hour_where_room_is_needed(models, kind, monkeypatch):
    run(ask(1))
    each = price(models)
    room(monkeypatch, 2 * each + 100)
    dead, other = ask(2), ask(3)
    budget.reserve(dead, [], "m-1", "score", each)
    run(other)
    assert asking.read(other.job_id).state == "over_budget"
    (call,) = repository.calls(dead.job_id)
    late = call.made_at - timedelta(hours=1)
    storage.change(AiCall.row(call.job_id, call.number), [AiCall.made_at.set(late)])
    forced = ask(3, force=True)
    run(forced)
    assert asking.read(forced.job_id).state == "done"
    assert repository.calls(dead.job_id)[0].state == "lapsed"
    with pytest.raises(CallRaced):
        budget.begin(call)
    assert spent()[0] <= 2 * each + 100


def test_a_busy_vendor_is_asked_later_and_costs_nothing(models, kind):
    job = ask()
    models.fail_next(429, headers={"Retry-After": "7"})
    with pytest.raises(outbox.Retry) as retry:
        run(job)
    assert (retry.value.after, spent()) == (timedelta(seconds=7), (0, 0))
    models.fail_next(503, n=rules.MOST_CALLS)
    for _ in range(rules.MOST_CALLS):
        with pytest.raises(outbox.Retry):
            run(job)
    run(job)
    assert asking.read(job.job_id).state == "done"
    assert spent()[0] == price(models)


def test_a_lost_answer_stays_spent_and_nobody_asks_for_ever(models, kind):
    job = ask()
    models.drop_next(n=9)
    for _ in range(rules.MOST_CALLS):
        with pytest.raises(outbox.Retry):
            run(job)
    run(job)
    ended = asking.read(job.job_id)
    assert (ended.state, ended.error, len(models.got)) == ("failed", "too_many_tries", rules.MOST_CALLS)
    assert spent()[0] == rules.MOST_CALLS * price(models)


@pytest.mark.parametrize("said", ["no tool", {"claims": "x"}, {}])
def test_a_malformed_answer_is_asked_for_once_more_and_paid_for_twice(models, kind, said):
    models.says = lambda evidence, wishes: said
    job = ask()
    for _ in range(rules.MOST_MALFORMED):
        with pytest.raises(outbox.Retry):
            run(job)
    run(job)
    ended = asking.read(job.job_id)
    assert (ended.state, ended.error, len(models.got)) == ("failed", "malformed", 2)
    assert spent()[0] == 2 * price(models)


def test_a_refused_key_fails_the_job_and_the_admin_hears(models, kind):
    models.fail_next(401, {"error": {"message": "Incorrect API key"}})
    job = ask()
    run(job)
    ended = asking.read(job.job_id)
    assert (ended.state, ended.error, spent()) == ("failed", "refused_401", (0, 0))
    assert kind.told == ["refused Incorrect API key"]


def test_invented_quotes_alone_are_no_evidence(models, kind):
    models.says = lambda pieces, wishes: {"claims": [{"text": "Да.", "evidence": "E1", "quote": "выдумано"}]}
    job = ask()
    run(job)
    assert (asking.read(job.job_id).state, kind.kept[0].found["dropped"]) == ("insufficient_evidence", 1)


def test_what_may_not_be_said_is_not_asked(models, kind):
    kind.withheld = "client_paused"
    job = ask()
    run(job)
    assert (asking.read(job.job_id).error, models.got, [*AiSpent.scan()]) == ("client_paused", [], [])


def test_without_a_model_a_job_fails_and_an_effect_that_is_given_up_fails_it(models, kind, monkeypatch):
    job, buried = ask(1), ask(2)
    monkeypatch.setenv("AI_PROVIDER", "none")
    settings.cache_clear()
    run(job)
    assert asking.read(job.job_id).error == "no_model"
    tx = storage.Transaction()
    effects._bury(Effect("e", {"job_id": buried.job_id}, 1, asking.EFFECT), tx, "for a week")
    tx.commit()
    assert asking.read(buried.job_id).error == "given_up"


def test_jobs_leave_by_the_outbox_in_their_subjects_lane(models, kind):
    job = ask()
    assert outbox.deliver_lanes(["ai#lead#1"], within=timedelta(seconds=20)) == 1
    assert (asking.read(job.job_id).state, [*OutboxRow.scan()]) == ("done", [])
    assert clock.wall() >= asking.read(job.job_id).finished_at

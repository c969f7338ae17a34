"""Ticks end in time, go on where they stopped, and read what is new rather than what stands."""

from datetime import timedelta

import pytest

from bench import desk, ticks
from bench.ticks import CASES, DUE, NOW
from chalicelib.core import outbox, turns
from chalicelib.core.inbox import InboxRow
from chalicelib.core.settings import settings
from tests.builders import ledger

FEW, MANY = 5, 50
ROWS = 30
NOTHING_NEW, REMIND, CONFIRM, WAITING, HELP, FAILING = CASES


@pytest.fixture(autouse=True)
def questions(monkeypatch):
    monkeypatch.setenv("CONFIRMATION_LADDER", "true")
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


def cost(case, size):
    with desk.opened():
        case.fill(size)
        return ticks.run(case.tick, NOW)


@pytest.mark.parametrize("case", [NOTHING_NEW, WAITING], ids=lambda case: case.name)
def test_what_stands_and_is_not_due_costs_nothing(case):
    few, many = cost(case, FEW), cost(case, MANY)
    assert (few.calls, few.read, few.write) == (many.calls, many.read, many.write)


def test_a_waiting_application_that_is_due_costs_two_calls():
    tick = cost(WAITING, FEW)
    assert tick.result == DUE
    assert sum(tick.calls.values()) <= 20 + 2 * DUE


@pytest.mark.parametrize("case", [REMIND, CONFIRM, HELP], ids=lambda case: case.name)
def test_no_tick_is_killed_and_all_are_told_once(case):
    runs, seconds = [], turns.RESERVE + 0.3
    with desk.opened():
        case.fill(ROWS)
        while not runs or runs[-1].result:
            runs.append(ticks.run(case.tick, NOW + timedelta(seconds=len(runs)), units=False, seconds=seconds))
        recipients = [f"client#client-{number}" for number in range(ROWS)]
        assert [len(ledger(recipient)) for recipient in recipients] == [1] * ROWS
    assert not any(run.killed for run in runs)
    assert len(runs) > 2 and all(run.seconds < turns.RESERVE / 2 for run in runs), "each stops within its time, and the next goes on"


def test_events_that_always_fail_are_tried_in_turn_and_ever_more_rarely():
    with desk.opened():
        outbox.deliver_due(within=timedelta(minutes=5))  # what the desk itself was opened with
        FAILING.fill(ROWS)
        runs = [ticks.run("sweep", NOW, units=False, seconds=turns.RESERVE + 0.4) for _ in range(5)]
        tries = [int(row.tries) for row in InboxRow.scan()]
        told = [row.state for row in ledger("admin", "admin_inbox_digest")]
    assert not any(run.killed for run in runs)
    assert runs[-1].calls["UpdateItem"] == 0, "each was tried once, and rests"
    assert tries == [1] * ROWS
    left = sum(state != "queued" for state in told)  # on a busy machine the digest leaves with a later tick
    assert sum(run.calls["UpdateItem"] for run in runs) == ROWS + left, "each, and the digest that tells of them"

"""Long work goes on page by page: whoever is killed, however often, each page is done once, and its lane keeps its order."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from chalicelib.core import outbox, storage
from chalicelib.core.outbox import Continue, Effect, OutboxRow, handlers, lanes
from chalicelib.core.storage.counters import Counter
from chalicelib.core.troubles import TroubleRow
from tests.standins.store import Call, Killed, Wire, fresh

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
PAGES = 3
WRITES = ("UpdateItem", "TransactWriteItems")
A_LEASE = lanes.LEASE + timedelta(seconds=1)


class Work:
    """The handlers of a long work of three pages, each of which adds one to a row of its own, and of what stands behind it."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.said: list[dict[int, int]] = []
        self.trouble: dict[int, Any] = {}

    def page(self, effect: Effect, tx: storage.Transaction) -> Continue | None:
        number = effect.cursor["page"] if effect.cursor else 1
        self.begun.append(number)
        tx.put_or_update(Counter.row(f"page-{number}"), [Counter.value.add(1)])
        if number in self.trouble:
            self.trouble.pop(number)()
        return Continue({"page": number + 1}) if number < PAGES else None

    def behind(self, effect: Effect, tx: storage.Transaction) -> None:
        self.said.append(done())


def done() -> dict[int, int]:
    """How often each page was done."""
    found = storage.read(*(Counter.at(f"page-{number}") for number in range(1, PAGES + 1)))
    return {number: int(row.value) for number, row in enumerate(found, 1) if row is not None}


ONCE = dict.fromkeys(range(1, PAGES + 1), 1)


@pytest.fixture
def wire() -> Iterator[Wire]:
    with mock_aws(), Wire() as opened, time_machine.travel(START, tick=False) as clockwork:
        opened.clock = clockwork  # type: ignore[attr-defined]
        yield opened


@pytest.fixture
def work(wire) -> Iterator[Work]:
    others = dict(handlers.registry)
    handlers.registry.clear()
    yield begin(wire)
    handlers.registry.clear()
    handlers.registry.update(others)


def begin(wire: Wire) -> Work:
    """A store with the long work and what stands behind it in its lane."""
    fresh(OutboxRow, TroubleRow, Counter)
    work = Work()
    handlers.registry.clear()
    outbox.handles("long", in_pages=True)(work.page)
    outbox.handles("behind")(work.behind)
    for kind in ("long", "behind"):
        tx = storage.Transaction()
        outbox.send(tx, kind, {}, lane="anna")
        tx.commit()
        wire.clock.shift(timedelta(seconds=1))  # a lane is in the order of its ids, and ids in that of the clock
    return work


def sweep() -> int:
    return outbox.deliver_due(within=timedelta(seconds=40)).delivered


def rows() -> list[OutboxRow]:
    return storage.query(OutboxRow, "anna", consistent=True).rows


def finish(wire: Wire) -> None:
    """Sweep until nothing is left, each time after the lease of whoever died."""
    for _ in range(12):
        with suppress(Killed):
            sweep()
            if not rows():
                return
        wire.clock.shift(A_LEASE)
    raise AssertionError(f"it never ended: {[row.attribute_values for row in rows()]}")


def kill(wire: Wire, moments: set[tuple[int, str]]) -> None:
    """Have the worker die before these writes leave, or after they were answered: between two of them nothing stands elsewhere."""
    numbers = {"before": 0, "after": 0}

    def die(phase: str, call: Call) -> None:
        is_write = call.operation in WRITES
        numbers[phase] += is_write
        if is_write and (numbers[phase], phase) in moments:
            raise Killed

    wire.before = lambda call: die("before", call)
    wire.after = lambda call: die("after", call)


def writes(wire: Wire) -> int:
    return sum(wire.count(operation) for operation in WRITES)


def alive(wire: Wire) -> None:
    wire.before, wire.after = lambda call: None, lambda call: None


def test_pages_follow_each_other_in_one_tick_and_the_lane_waits_for_the_last(work, wire):
    before = len(wire.calls)
    assert sweep() == PAGES + 1
    assert (work.begun, work.said, rows()) == ([1, 2, 3], [ONCE], [])
    assert len(wire.calls) - before < 20


def test_killed_before_and_after_each_write_each_page_is_done_once(work, wire):
    before = writes(wire)
    sweep()
    for moment in [(number, phase) for number in range(1, writes(wire) - before + 1) for phase in ("before", "after")]:
        work = begin(wire)
        kill(wire, {moment})
        finish(wire)
        alive(wire)
        assert done() == ONCE, moment
        assert work.said and all(said == ONCE for said in work.said), moment


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moments=st.sets(st.tuples(st.integers(1, 14), st.sampled_from(["before", "after"])), max_size=6))
def test_killed_again_and_again_each_page_is_done_once(work, wire, moments):
    work = begin(wire)
    kill(wire, moments)
    finish(wire)
    alive(wire)
    assert done() == ONCE
    assert work.said and all(said == ONCE for said in work.said)


@pytest.mark.parametrize("number", range(1, PAGES + 1))
def test_who_was_too_slow_writes_nothing(work, wire, number):
    def another_goes_on() -> None:
        wire.clock.shift(A_LEASE)
        sweep()

    work.trouble[number] = another_goes_on
    sweep()
    finish(wire)
    assert (done(), work.begun.count(number), work.said) == (ONCE, 2, [ONCE])


def test_who_read_the_row_before_a_page_does_not_do_it_again(work, wire):
    (stale, _) = rows()
    assert lanes._claim(rows()[0])
    lease = rows()[0]
    tx = storage.Transaction()
    assert lanes._turn(lease, work.page(lanes._effect(lease), tx), tx) == 0
    assert not lanes._claim(stale), "it is free again, and another page"
    finish(wire)
    assert done() == ONCE


def test_what_fails_is_tried_again_from_its_page(work, wire):
    def fail() -> None:
        raise outbox.Retry("later", timedelta(minutes=5))

    work.trouble[2] = fail
    sweep()
    (head, _) = rows()
    assert (head.cursor, head.pages, int(head.attempts), done()) == ({"page": 2}, 1, 1, {1: 1})
    assert sweep() == 0, "what is behind waits too"
    wire.clock.shift(timedelta(minutes=6))
    assert sweep() == 3 and done() == ONCE


def test_its_week_begins_anew_with_each_page(work, wire):
    def fail() -> None:
        raise outbox.Retry("down")

    wire.clock.shift(timedelta(days=6))
    work.trouble[2] = fail
    sweep()
    wire.clock.shift(timedelta(days=6))
    work.trouble[2] = fail
    sweep()
    assert rows()[0].state == "waiting", "it was done a page six days ago"
    wire.clock.shift(timedelta(hours=1))
    finish(wire)
    assert done() == ONCE


def test_others_come_between_the_pages_of_one_visit(work, wire, monkeypatch):
    monkeypatch.setattr("chalicelib.core.outbox.rounds.VISIT", 1)
    order: list[str] = []
    outbox.handles("other")(lambda effect, tx: order.append("other"))
    work.trouble[3] = lambda: order.append("last page")
    for lane in ("boris", "clara"):
        tx = storage.Transaction()
        outbox.send(tx, "other", {}, lane=lane)
        tx.commit()
    sweep()
    assert order[0] == "other" and sorted(order) == ["last page", "other", "other"], "a visit is a page, and then another kind's"
    assert done() == ONCE

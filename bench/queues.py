"""The outbox under load: vendors that are down, long lanes, many messages at a vendor's pace. The clock is moved by what is done.

Each call of the store takes so many milliseconds (`bench.ticks.MS`), each vendor's answer so many; one worker. What eight workers do
at once is reckoned from what one was seen to do.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from types import SimpleNamespace
from typing import Any, NamedTuple

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import Table

from bench import desk
from bench.capacity import metered
from bench.ticks import MS, due_sessions, run
from bench.ticks import NOW as NOON
from bench.usage import VENDOR_MS
from bench.wire import heard
from chalicelib.core import clock, ids, outbox
from chalicelib.core.outbox import Effect, OutboxRow, handlers, rounds, runs
from chalicelib.core.outbox.rows import Queue, _moment
from chalicelib.core.turns import RESERVE
from chalicelib.messaging.delivery import A_SECOND, AT_ONCE

SIZES = (200, 2_000)
OTHERS = 20
HOLE = 6.0
"""Seconds that a vendor which is down keeps a caller waiting."""

LONG_LANE = 50_000
SWEEP = timedelta(seconds=55 - RESERVE)
LAMBDA = 55.0
MINUTE = timedelta(minutes=1)
MOST_SWEEPS = 60
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

MESSAGES, SESSIONS = 50_000, 20_000
REMINDED_BEFORE, TICK_EVERY = 120.0, 5.0
"""Minutes: how long before a session its reminder is due, and how often its tick comes."""

DUE = 40
"""Sessions from which a tick's cost of each is taken."""


class Clock:
    """Wall time that passes by what is done."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def wall(self) -> datetime:
        """The moment."""
        return START + timedelta(seconds=self.seconds)

    def pass_by(self, seconds: float) -> None:
        """Somebody waits, or works."""
        self.seconds += seconds

    def asked(self, model: Any, **rest: Any) -> None:
        """A call of the store."""
        self.seconds += MS.get(model.name, 10) / 1000


@dataclass
class Swept:
    """What became of a queue: sweeps until it was empty, tries of what is down, sweeps that were killed, what was said twice."""

    sweeps: int = 0
    tries: float = 0
    killed: int = 0
    twice: int = 0
    read: float = 0


class Pace(NamedTuple):
    """How fast many messages leave, and what one of them costs."""

    calls: dict[str, float]
    seconds: float
    a_second: float
    minutes: float
    sessions_a_tick: int
    reminded_before: float
    writes_a_minute: float


@dataclass(frozen=True)
class Queues:
    """Everything this part measures."""

    down: dict[int, Swept]
    lane: dict[int, Swept]
    long_lane: dict[int, float]
    pace: Pace


def measure() -> Queues:
    """Each on an empty desk."""
    down = {size: _on(lambda clockwork, size=size: _black_hole(clockwork, size)) for size in SIZES}
    lane = {size: _on(lambda clockwork, size=size: _one_lane(clockwork, size)) for size in SIZES}
    long_lane = {size: _on(lambda clockwork, size=size: _attempt(clockwork, size)) for size in (LONG_LANE // 10, LONG_LANE)}
    return Queues(down, lane, long_lane, _pace())


def _on(part: Callable[[Clock], Any]) -> Any:
    with desk.opened(), _moved() as clockwork, _own_handlers():
        _rows().clear()
        return part(clockwork)


def _backend() -> Any:
    """The in-process store."""
    return dynamodb_backends["123456789012"]["us-east-1"]


def _rows() -> Any:
    """The outbox in it."""
    return _backend().tables[OutboxRow.Meta.table_name].items


@contextmanager
def _moved() -> Iterator[Clock]:
    """Time by hand, one worker, and no copy of a table before each transaction: none fails here."""
    clockwork, few = Clock(), rounds.FEW
    said = (clock.wall, clock.pause, runs.time)
    clock.wall, clock.pause, rounds.FEW = clockwork.wall, clockwork.pass_by, 10**9
    runs.time = SimpleNamespace(monotonic=lambda: clockwork.seconds)  # type: ignore[assignment]
    Table.__deepcopy__ = lambda self, memo: self  # type: ignore[attr-defined]
    try:
        with heard(clockwork.asked, lambda **rest: None):
            yield clockwork
    finally:
        clock.wall, clock.pause, runs.time = said  # type: ignore[assignment]
        rounds.FEW = few
        del Table.__deepcopy__  # type: ignore[attr-defined]


@contextmanager
def _own_handlers() -> Iterator[None]:
    """Every kind keeps its width and its pace; what its vendor does is this part's."""
    standing = dict(handlers.registry)
    try:
        yield
    finally:
        handlers.registry.clear()
        handlers.registry.update(standing)


def _answer(kind: str, deliver: Callable[[Effect, Any], None]) -> None:
    handlers.registry[kind] = replace(handlers.registry[kind], deliver=deliver, bury=None, bundle=None)


def _fill(kind: str, lanes: Iterator[str] | list[str]) -> None:
    """Rows that are due, written as they stand."""
    due_at, backend = clock.wall() - timedelta(seconds=1), _backend()
    backend.tables[OutboxRow.Meta.table_name].stream_shard = None  # nobody reads it, and it would keep every row that ever was
    for number, lane in enumerate(lanes):
        moment = due_at + timedelta(microseconds=number)
        place = Queue(outbox.NOW, kind).place(_moment(moment))
        row = OutboxRow(lane=lane, effect_id=ids.new(), kind=kind, payload={"number": number}, place=place, due_at=moment)
        backend.put_item(OutboxRow.Meta.table_name, row.serialize())


def _sweep(clockwork: Clock, swept: Swept) -> None:
    """One minute: a sweep, and the wait for the next."""
    began = clockwork.seconds
    outbox.deliver_due(within=SWEEP)
    swept.sweeps += 1
    swept.killed += clockwork.seconds - began > LAMBDA
    clockwork.seconds = max(began + MINUTE.total_seconds(), clockwork.seconds)


def _black_hole(clockwork: Clock, size: int) -> Swept:
    """Rows of one kind whose vendor is down, and twenty of every other kind: sweeps until the others left."""
    tries, swept = Counter[str](), Swept()
    dead, *others = sorted(handlers.registry, key=lambda kind: kind != "message")

    def swallow(effect: Effect, tx: Any) -> None:
        tries[effect.kind] += 1
        clockwork.pass_by(HOLE)
        raise outbox.Retry("down", for_all=True)

    _answer(dead, swallow)
    for kind in others:
        _answer(kind, lambda effect, tx: clockwork.pass_by(VENDOR_MS / 1000))
        _fill(kind, [f"{kind}#{number}" for number in range(OTHERS)])
    _fill(dead, [f"client#{number}" for number in range(size)])
    while _left_of(others) and swept.sweeps < MOST_SWEEPS:
        _sweep(clockwork, swept)
    swept.tries = tries[dead] / swept.sweeps
    return swept


def _left_of(kinds: list[str]) -> int:
    return sum(row.attrs["kind"].value in kinds for lane in _rows().values() for row in lane.values())


def _one_lane(clockwork: Clock, size: int) -> Swept:
    """Rows of one lane, each said in its vendor's time: sweeps until it is empty."""
    said, swept = Counter[int](), Swept()

    def tell(effect: Effect, tx: Any) -> None:
        said[effect.payload["number"]] += 1
        clockwork.pass_by(VENDOR_MS / 1000)

    _answer("message", tell)
    _fill("message", ["client#1"] * size)
    while any(_rows().values()) and swept.sweeps < MOST_SWEEPS:
        _sweep(clockwork, swept)
    if len(said) != size:
        raise RuntimeError(f"{len(said)} of {size} were said")
    swept.twice = sum(number > 1 for number in said.values())
    return swept


def _attempt(clockwork: Clock, size: int) -> float:
    """Read units of one attempt at a lane of so many rows that cannot leave."""

    def swallow(effect: Effect, tx: Any) -> None:
        raise outbox.Retry("down")

    _answer("message", swallow)
    _fill("message", ["client#1"] * size)
    with metered() as meter:
        outbox.deliver_lanes(["client#1"], within=SWEEP)
    return meter.units.read


def _pace() -> Pace:
    """How long many messages and many reminders take, from the calls that one takes."""
    calls = _on(_calls_of_one)
    one = (sum(MS[name] * number for name, number in calls.items()) + VENDOR_MS) / 1000
    a_second = min(A_SECOND, AT_ONCE / one)
    a_minute = a_second * SWEEP.total_seconds()
    with desk.opened():
        due_sessions(DUE)
        tick = run("session_reminder", NOON)
    with desk.opened():
        nothing = run("session_reminder", NOON)
    each = (tick.seconds - nothing.seconds) / DUE
    a_tick = int((LAMBDA - RESERVE) / each)
    ticks = ceil(SESSIONS / a_tick)
    last = SESSIONS - (ticks - 1) * a_tick
    out = ticks * TICK_EVERY + last * each / 60 + max(2 * last / a_minute, 1)
    return Pace(calls, one, a_second, MESSAGES / a_minute, a_tick, REMINDED_BEFORE - out, a_tick * tick.write / DUE / (SWEEP / MINUTE))


def _calls_of_one(clockwork: Clock) -> dict[str, float]:
    """The store's calls of one message, each in a lane of its own, what the message itself reads and writes included."""
    count, calls = 40, Counter[str]()
    letters = handlers.registry["message"].deliver

    def tell(effect: Effect, tx: Any) -> None:
        letters(
            Effect(effect.effect_id, {"message_id": f"m-{effect.payload['number']}", "kind": "client", "id": "nobody"}, 1, "message"), tx
        )

    _answer("message", tell)
    _fill("message", [f"client#{number}" for number in range(count)])
    with heard(lambda model, **rest: calls.update([model.name]), lambda **rest: None):
        outbox.deliver_due(within=SWEEP)
    return {name: number / count for name, number in calls.items()}

"""One tick's deliveries: every kind in its turn, lane by lane, at its vendor's pace.

A vendor that is down costs its kind one try: until a first row of a kind has left, one worker alone tries it. What failed before
is tried after what is new, or one poisoned row would hold up its kind tick after tick.
"""

import contextvars
import threading
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import chain, islice
from typing import NamedTuple

from chalicelib.core import clock, troubles
from chalicelib.core.batches import batched
from chalicelib.core.outbox.handlers import registry
from chalicelib.core.outbox.lanes import deliver_lane
from chalicelib.core.outbox.rows import EPOCH, RANKS, WAITING, OutboxRow, Queue, due, queues
from chalicelib.core.outbox.runs import Run

PAGES, WINDOW = 8, 500
"""How far a tick looks into one queue: pages of so many rows. One lane may hold them all; what is behind has the next tick."""

VISIT = 50
"""Rows that leave a lane before the next lane has its turn, and lanes of a kind before the next kind has."""

THREADS = 8
"""Lanes that leave at once when many wait."""

FEW = 16
"""Lanes that one worker delivers by himself: threads cost more than they save."""

IDLE = 0.02
"""Seconds that a worker waits for another's lane when all that is left is in others' hands."""


_begins: list[str | None] = [None]
"""The kind with which the next tick begins: where this one ended. Many vendors that are down leave no time for the last of them."""


class Done(NamedTuple):
    """What a tick did: how many rows left us, and for how long the oldest that it saw had been waiting."""

    delivered: int
    oldest: timedelta


def deliver_due(*, within: timedelta) -> Done:
    """Deliver whatever is due of every kind."""
    tick = _Round(Run(within))
    delivered = tick.work() if tick.is_small() else _in_threads(tick)
    _begins[0] = tick.ended_at()
    return Done(delivered, tick.oldest_age())


def _in_threads(tick: "_Round") -> int:
    with ThreadPoolExecutor(THREADS) as pool:
        # A tick's own time lives in the context, which a thread does not inherit.
        workers = [pool.submit(contextvars.copy_context().run, tick.work) for _ in range(THREADS)]
        return sum(worker.result() for worker in workers)


class _Kind:
    """The lanes of one kind that are due: the most urgent first, of each rank what is new first."""

    def __init__(self, kind: str, queues: Sequence[Queue], *, held: bool, apart: Iterable[str]) -> None:
        self.kind, self.oldest = kind, clock.wall()
        self.at_work, self._has_left = 0, False
        self._width = registry[kind].width if kind in registry else 1
        self._queues = sorted(queues, key=lambda queue: RANKS.index(queue.rank))
        self._known = set(apart)
        self._coming = self._held() if held else self._due()
        self._next, self._again = deque[str](), deque[str]()
        self._taken = 0

    def look(self, number: int) -> int:
        """How many lanes are known to be due, `number` at most."""
        self._next.extend(islice(self._coming, max(number - len(self._next), 0)))
        return len(self._next)

    def take(self) -> str | None:
        """The next lane; None where there is none just now."""
        if self.at_work >= (self._width if self._has_left else 1):
            return None
        lanes = self._next if self.look(1) else self._again
        if not lanes:
            return None
        self.at_work += 1
        self._taken += 1
        return lanes.popleft()

    def had_its_turn(self) -> bool:
        """Whether another kind comes next: so many lanes of this one were taken."""
        return self._taken % VISIT == 0

    def give_back(self, lane: str, gone: int) -> None:
        """A lane was visited, and so many rows left it; one that may hold more comes again after the others."""
        self.at_work -= 1
        self._has_left = self._has_left or gone > 0
        if gone >= VISIT:
            self._again.append(lane)

    def _due(self) -> Iterator[str]:
        for queue in self._queues:
            rows = self._seen(due(queue, pages=PAGES, size=WINDOW))
            for window in batched(rows, WINDOW):
                yield from self._new(row.lane for row in sorted(window, key=lambda row: row.not_before > EPOCH) if _is_free(row))

    def _held(self) -> Iterator[str]:
        """A kind that waits for the end of a fault of ours: its oldest row is tried, and no other."""
        oldest = chain.from_iterable(self._seen(due(queue, pages=1, size=1)) for queue in self._queues)
        yield from (row.lane for row in islice(oldest, 1) if _is_free(row))

    def _seen(self, rows: Iterable[OutboxRow]) -> Iterator[OutboxRow]:
        for row in rows:
            self.oldest = min(self.oldest, row.since)
            yield row

    def _new(self, lanes: Iterable[str]) -> Iterator[str]:
        for lane in lanes:
            if lane not in self._known:
                self._known.add(lane)
                yield lane


def _is_free(row: OutboxRow) -> bool:
    """Neither in somebody's hands nor put off."""
    return row.not_before <= clock.wall()


class _Round:
    """The queues of all kinds, and whose turn it is."""

    def __init__(self, run: Run) -> None:
        of_kind: defaultdict[str, list[Queue]] = defaultdict(list)
        for queue in queues(WAITING):
            of_kind[queue.kind].append(queue)
        held, lanes = troubles.held(of_kind)
        self._run, self._lock, self._single = run, threading.Lock(), deque(lanes)
        self._kinds = deque(_Kind(kind, its, held=kind in held, apart=lanes) for kind, its in of_kind.items())
        self._kinds.rotate(-next((place for place, kind in enumerate(self._kinds) if kind.kind == _begins[0]), 0))

    def is_small(self) -> bool:
        """Whether one worker will do."""
        return sum(kind.look(FEW + 1) for kind in self._kinds) <= FEW

    def oldest_age(self) -> timedelta:
        """For how long the oldest row that was seen had been waiting; zero where none was."""
        wall = clock.wall()
        return max((wall - kind.oldest for kind in self._kinds), default=timedelta())

    def ended_at(self) -> str | None:
        """The kind whose turn it was next."""
        return self._kinds[0].kind if self._kinds else None

    def work(self) -> int:
        """Deliver lane after lane until nothing is left or the run is over; how many rows left us."""
        delivered = sum(deliver_lane(lane, self._run) for lane in self._taken_single())
        while not self._run.is_over():
            with self._lock:
                kind, lane = self._next()
            if kind is None:
                return delivered
            if lane is None:
                clock.pause(IDLE)
                continue
            gone = 0
            try:
                gone = deliver_lane(lane, self._run, most=VISIT)
            finally:
                with self._lock:
                    self._give_back(kind, lane, gone)
            delivered += gone
        return delivered

    def _give_back(self, kind: _Kind, lane: str, gone: int) -> None:
        """A kind that leaves well goes on before others are tried: what they cost nobody knows."""
        kind.give_back(lane, gone)
        if gone and not kind.had_its_turn():
            self._kinds.remove(kind)
            self._kinds.appendleft(kind)

    def _taken_single(self) -> Iterator[str]:
        """Lanes that wait for the end of a fault by themselves: one visit each."""
        while self._single:
            with self._lock:
                lane = self._single.popleft() if self._single else None
            if lane is not None:
                yield lane

    def _next(self) -> tuple[_Kind | None, str | None]:
        """Whose turn it is and its lane; a kind without a lane where all that is left rests or is in others' hands; None at the end."""
        waits: _Kind | None = None
        for _ in range(len(self._kinds)):
            kind = self._kinds[0]
            lane = None if self._run.rests(kind.kind) else kind.take()
            self._kinds.rotate(-1)
            if lane is not None:
                return kind, lane
            if kind.at_work or (self._run.rests(kind.kind) and not self._run.is_given_up(kind.kind)):
                waits = kind
        return waits, None

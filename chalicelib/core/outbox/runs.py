"""What one tick, or one batch of the stream, may still do: until when, at which pace, and which kinds nobody takes now."""

import math
import threading
import time
from collections import defaultdict
from datetime import timedelta

from chalicelib.core import clock
from chalicelib.core.outbox.handlers import registry

BREATH = timedelta(seconds=5)
"""The longest wait that a vendor asks for within a run; thereafter its kind is the next run's."""


class Run:
    """One worker's time, shared by its threads."""

    def __init__(self, within: timedelta) -> None:
        self.until = clock.wall() + within
        self._rests: dict[str, float] = {}
        self._paces: defaultdict[str, Pace] = defaultdict(Pace)

    def is_over(self) -> bool:
        """Whether nothing new may be begun."""
        return clock.wall() >= self.until

    def stop(self, kind: str, after: timedelta | None) -> None:
        """A vendor takes no more of a kind: for `after` where that is a breath, else for the rest of this run."""
        self._rests[kind] = time.monotonic() + after.total_seconds() if after and after <= BREATH else math.inf

    def rests(self, kind: str) -> bool:
        """Whether nobody takes a kind now."""
        return time.monotonic() < self._rests.get(kind, 0)

    def is_given_up(self, kind: str) -> bool:
        """Whether nobody will take a kind before this run ends."""
        return self._rests.get(kind) == math.inf

    def admits(self, kind: str) -> bool:
        """Whether one more row of a kind may leave in this run; waits for its vendor's pace."""
        if self.is_over() or self.rests(kind):
            return False
        handler = registry.get(kind)
        if handler is None or not handler.per_second:
            return True
        pause = self._paces[kind].next_in(handler.per_second)
        if clock.wall() + timedelta(seconds=pause) >= self.until:
            return False
        clock.pause(pause)
        return not self.rests(kind)


class Pace:
    """Places in a row of so many a second; a second's worth may go at once."""

    def __init__(self) -> None:
        self._taken_until = 0.0
        self._lock = threading.Lock()

    def next_in(self, per_second: float) -> float:
        """Seconds until the next free place, which is taken with the question."""
        with self._lock:
            now = time.monotonic()
            self._taken_until = max(self._taken_until, now - 1) + 1 / per_second
            return max(self._taken_until - now, 0.0)

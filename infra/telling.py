"""How a story is told."""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

Found = TypeVar("Found")
FOLLOWS_WITHIN = 75
"""Seconds: the streams wake whoever delivers and counts at once, and the sweep, which misses nothing, comes every minute."""


def title(says: str, call: str = "") -> None:
    """What happens now, and by which call."""
    print(f"\n  {says}" + (f"   ({call})" if call else ""), flush=True)


def lines(told: Iterable[str]) -> None:
    """What came of it."""
    for line in told:
        print(f"      {line}", flush=True)


def comes(find: Callable[[], Found | None], what: str) -> Found:
    """What `find` finds, as soon as it does. Raises RuntimeError where `what` does not come in time."""
    until = time.monotonic() + FOLLOWS_WITHIN
    while (found := find()) is None:
        if time.monotonic() > until:
            raise RuntimeError(f"{what} did not come within {FOLLOWS_WITHIN} seconds; `make logs` shows what `deliver` and `sweep` printed")
        time.sleep(0.2)
    return found

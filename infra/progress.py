"""What a person sees while something takes time: which step of how many, how long it took, which one failed and why."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class StepFailed(Exception):
    """A step did not work out; says which one and why."""


class Progress:
    """Numbers the steps of one command and times them."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0

    @contextmanager
    def step(self, says: str, *, talks: bool = False) -> Iterator[None]:
        """Announce a step, run the block, say how long it took. A block that `talks` prints lines of its own."""
        self._done += 1
        label = f"[{self._done}/{self._total}] {says}"
        print(f"{label} …", end="\n" if talks else " ", flush=True)
        started = time.monotonic()
        try:
            yield
        except Exception as error:
            print("failed", flush=True)
            raise StepFailed(f"{label}: {_why(error)}") from error
        took = time.monotonic() - started
        print(f"{label}: {took:.1f} s" if talks else f"{took:.1f} s", flush=True)


def _why(error: Exception) -> str:
    return str(error) or type(error).__name__


def complain(error: Exception) -> int:
    """Say what went wrong where errors belong; gives the exit code, which an error may name itself."""
    print(f"\nfailed: {_why(error)}", file=sys.stderr)
    return int(getattr(error, "exit_code", 1))

"""How a story is told."""

from collections.abc import Iterable


def title(says: str, call: str = "") -> None:
    """What happens now, and by which call."""
    print(f"\n  {says}" + (f"   ({call})" if call else ""), flush=True)


def lines(told: Iterable[str]) -> None:
    """What came of it."""
    for line in told:
        print(f"      {line}", flush=True)

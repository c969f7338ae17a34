"""A row that sets of `core.bitmaps` may be behind: what is said of it with each change. Apart from them, for doors that only write."""

from typing import Any


def changed(model: Any, pending_in: str) -> list[Any]:
    """What is said of a row with each change, so that lists judge it by itself and a tick brings the sets up to it."""
    return [model.pending_in.set(pending_in), model.revision.add(1)]

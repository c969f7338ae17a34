"""Who delivers a kind of effect, how fast its vendor takes them, and what a handler may say of one that did not leave."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from chalicelib.core import storage


class Retry(Exception):
    """The vendor cannot now; come back after `after`, or after the usual backoff.

    `for_all`: no effect of this kind can leave now, so the tick does not wait for each of them to fail. `ours` names the fault
    of our own configuration that is the cause (see `troubles`): the kind waits for its end, however long; with `its_lane` the
    row's lane alone.
    """

    def __init__(
        self, reason: str, after: timedelta | None = None, *, for_all: bool = False, ours: str | None = None, its_lane: bool = False
    ) -> None:
        self.reason, self.after, self.ours, self.its_lane = reason, after, ours, its_lane
        self.for_all = for_all or (ours is not None and not its_lane)
        super().__init__(reason)


class Refused(Exception):
    """The vendor will never take this; `reason` is for the operator."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Continue:
    """What a handler of long work answers: a page is done, and the next one begins at `cursor`, which the row keeps."""

    cursor: Any


@dataclass(frozen=True, slots=True)
class Effect:
    """One claimed row in a handler's hands; `cursor` is where long work goes on, None at its beginning."""

    effect_id: str
    payload: dict[str, Any]
    attempts: int
    kind: str
    cursor: Any = None


Deliver = Callable[[Effect, storage.Transaction], Continue | None]
Bury = Callable[[Effect, storage.Transaction, str], None]


@dataclass(frozen=True, slots=True)
class Bundle:
    """How a lane that has fallen behind catches up: many of its effects leave as one.

    `deliver` says as many of the first effects as it can in one, adds its writes for each, and gives their number; none or one
    is left to the handler. A transaction has room for `most` of them.
    """

    lane: Callable[[str], bool]
    deliver: Callable[[Sequence[Effect], storage.Transaction], int]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Handler:
    """How a kind of effect leaves: `deliver` speaks and adds its own writes; `bury` writes down a final refusal.

    `width` lanes of it may leave at once, `per_second` rows of it at most. `in_pages` is long work: each page's writes, and where the
    next one begins, are one transaction under the row's lease, so whoever lost that writes nothing and each page is done once.
    """

    deliver: Deliver
    bury: Bury | None = None
    width: int = 1
    per_second: float | None = None
    bundle: Bundle | None = None
    in_pages: bool = False


mourners: list[Bury] = []
"""Who tells of a final refusal of a kind that has no `bury` of its own."""

registry: dict[str, Handler] = {}
"""The handlers of this process by their kinds: all where effects leave, none at a door."""


def handles(kind: str, **how: Any) -> Callable[[Deliver], Deliver]:
    """Register the one handler of a kind of effect; `how` are the fields of `Handler`."""

    def register(function: Deliver) -> Deliver:
        registry[kind] = Handler(function, **how)
        return function

    return register


def handler(kind: str) -> Handler:
    """The handler of a kind. Raises `Retry` where nobody here has learnt it yet."""
    if kind not in registry:
        raise Retry(f"nobody handles {kind}")
    return registry[kind]

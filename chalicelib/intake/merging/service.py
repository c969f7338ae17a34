"""Passing a merged client's rows on. Each row is changed once, by a condition: however often this is begun, it ends the same."""

from datetime import timedelta
from typing import Any, Protocol

from chalicelib.booking.sessions import service as sessions
from chalicelib.clients.joining import Known
from chalicelib.clients.merging import service as merging
from chalicelib.core import clock, facts, outbox, storage
from chalicelib.intake.tickets import service as tickets
from chalicelib.messaging import service as messaging

AT_ONCE = 100
"""Rows of each kind that one delivery passes on: well within its lease."""

STRAGGLERS = timedelta(minutes=3)
"""When to look again: a request that read the source before the merge may have written after it, and indexes follow later."""


class PassOn(Protocol):
    """Passes on what a package above has of a client: how many rows, as many as `limit` where there may be more."""

    def __call__(self, source_id: str, known: Known, *, limit: int) -> int:
        """Pass them on; begun again it ends the same."""


OTHERS: list[PassOn] = []
"""What packages above pass on, each as it is imported where effects are delivered."""


def pass_on(payload: dict[str, Any], tx: storage.Transaction) -> None:
    """Pass on rows until none is left, then look once more for stragglers. Raises Retry while there is more."""
    source, target = payload["source"], payload["target"]
    known = merging.standing(target)
    counts = [
        tickets.pass_on(source, known, limit=AT_ONCE),
        sessions.pass_on(source, known, limit=AT_ONCE),
        messaging.pass_on(source, known.client_id, limit=AT_ONCE),
        facts.pass_on(source, known.client_id, limit=AT_ONCE),
        *(one(source, known, limit=AT_ONCE) for one in OTHERS),
    ]
    if max(counts) >= AT_ONCE:
        raise outbox.Retry("more is to be passed on", timedelta(seconds=1))
    if not payload.get("last"):
        again = {**payload, "last": True}
        outbox.send(tx, merging.EFFECT, again, lane=f"merge#{source}", due_at=clock.wall() + STRAGGLERS)

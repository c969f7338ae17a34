"""Everything that leaves us is a row first, written with the decision that caused it.

Rows of one lane leave in the order they were written. ``deliver`` (the table's stream) makes it fast, ``sweep`` (every
minute) makes it sure: correctness rests on the sweep alone. A delivered row is deleted; what it said lives in its ledger.

    waiting ──claim (lease)──> handler ──done──> deleted, with the handler's own writes, in one transaction
       ^                         ├──retry────> waiting, not before wall time + backoff
       └──────lease ran out──────┘──refused──> dead (an operator lists and replays it)

What our own configuration hinders is held: one row of its kind is tried, the others wait until that one succeeds.
"""

import random
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex

from chalicelib.core import clock, ids, storage, troubles
from chalicelib.core.errors import Busy
from chalicelib.core.observability import count, logger

LEASE = timedelta(seconds=60)
"""How long a claimed row is left alone: longer than the deliver Lambda may live."""

GIVE_UP_AFTER = timedelta(days=7)
"""How long a vendor may be down before a row is left to an operator."""

WITHIN = timedelta(seconds=40)
"""How long one tick delivers: shorter than its Lambda may live."""

SETTLE_ATTEMPTS = 3
"""Rounds of the transaction's own retries before a delivered row is left to its lease."""

LONGEST_BACKOFF, EPOCH = timedelta(minutes=10), datetime(2000, 1, 1, tzinfo=UTC)


class ByDue(GlobalSecondaryIndex[Any]):
    """Undelivered rows by the moment they are due."""

    class Meta:
        index_name = "by_due"
        projection = AllProjection()

    state = UnicodeAttribute(hash_key=True)
    due_at = UTCDateTimeAttribute(range_key=True)


class OutboxRow(storage.Table):
    """One thing that must leave us. `not_before` is its lease while claimed, and its backoff while put off (since `put_off_at`).

    `ours_at` is when a fault of our own last put it off: its week begins anew then, and its end is the end of that trouble.
    """

    Meta = storage.meta("outbox", stream=True)

    lane = UnicodeAttribute(hash_key=True)
    effect_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    payload = JSONAttribute()
    state = UnicodeAttribute(default="waiting")
    due_at = UTCDateTimeAttribute()
    not_before = UTCDateTimeAttribute(default=EPOCH)
    attempts = NumberAttribute(default=0)
    put_off_at = UTCDateTimeAttribute(null=True)
    ours_at = UTCDateTimeAttribute(null=True)
    last_error = UnicodeAttribute(null=True)
    by_due = ByDue()


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
class Effect:
    """One claimed row in a handler's hands."""

    effect_id: str
    payload: dict[str, Any]
    attempts: int
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Handler:
    """How a kind of effect leaves: `deliver` speaks and adds its own writes; `bury` writes down a final refusal."""

    deliver: Callable[[Effect, storage.Transaction], None]
    bury: Callable[[Effect, storage.Transaction, str], None] | None = None


_handlers: dict[str, Handler] = {}
mourners: list[Callable[[Effect, storage.Transaction, str], None]] = []
"""Who tells of a final refusal of a kind that has no `bury` of its own."""


def handles(kind: str, *, bury: Callable[[Effect, storage.Transaction, str], None] | None = None) -> Callable[[Any], Any]:
    """Register the one handler of a kind of effect."""

    def register(function: Callable[[Effect, storage.Transaction], None]) -> Callable[[Effect, storage.Transaction], None]:
        _handlers[kind] = Handler(function, bury)
        return function

    return register


def send(tx: storage.Transaction, kind: str, payload: dict[str, Any], *, lane: str, due_at: datetime | None = None) -> str:
    """Add an effect to a transaction and give its id. Without `due_at` it is due at once, whatever the tick's clock says."""
    effect_id = ids.new()
    tx.put(OutboxRow(lane=lane, effect_id=effect_id, kind=kind, payload=payload, due_at=due_at or clock.wall()))
    return effect_id


def horizon() -> datetime:
    """What is due by now: the tick's time or the wall's, whichever is later."""
    return max(clock.now(), clock.wall())


def due_lanes(limit: int = 500) -> list[str]:
    """Lanes that hold something due and not put off, oldest first; of a kind that is held its oldest row's lane alone.

    Hundreds of rows that wait for a token would fill every tick otherwise, and nothing else would leave.
    """
    kinds, lanes = troubles.held(_handlers)
    where = OutboxRow.not_before <= clock.wall()
    tried = [row.lane for kind in kinds for row in due(OutboxRow.kind == kind, 1)]
    for attribute, held in ((OutboxRow.kind, kinds), (OutboxRow.lane, lanes)):
        where = where & ~attribute.is_in(*held) if held else where
    return list(dict.fromkeys([*tried, *lanes, *(row.lane for row in due(where, limit))]))


def due(where: Any, limit: int) -> list[OutboxRow]:
    """What waits and is due, of all lanes, oldest first."""
    return storage.query(OutboxRow.by_due, "waiting", between=OutboxRow.due_at <= horizon(), where=where, limit=limit).rows


def deliver_lanes(lanes: Iterable[str], *, within: timedelta = WITHIN) -> int:
    """Deliver what is due in each lane; how many rows left us. One lane's trouble does not stop the others.

    After `within` no new lane is begun: a vendor that is down makes every lane slow, and the next tick goes on.
    """
    delivered, last = 0, clock.wall() + within
    stopped: set[str] = set()
    for lane in dict.fromkeys(lanes):
        if clock.wall() > last:
            break
        try:
            delivered += deliver_lane(lane, stopped)
        except Busy:
            logger.warning("the store is busy; the next tick goes on")
    return delivered


def deliver_lane(lane: str, stopped: set[str] | None = None) -> int:
    """Deliver a lane's due rows in order, until it is empty or its head must wait. `stopped` are kinds that no one takes now."""
    delivered, stopped = 0, set() if stopped is None else stopped
    for row in _due_rows(lane):
        if row.kind in stopped or not _claim(row) or not _deliver(row, stopped):
            break
        delivered += 1
    return delivered


def _due_rows(lane: str) -> list[OutboxRow]:
    where = (OutboxRow.state == "waiting") & (OutboxRow.due_at <= horizon())
    return storage.query(OutboxRow, lane, where=where, consistent=True).rows


def _claim(row: OutboxRow) -> bool:
    """Take a row for the time of a lease; False while another worker has it or it waits for its next try."""
    wall = clock.wall()
    if row.not_before > wall:
        return False
    lease = wall + LEASE
    condition = (OutboxRow.not_before == row.not_before) & (OutboxRow.state == "waiting")
    if not storage.change(
        row, [OutboxRow.not_before.set(lease), OutboxRow.attempts.add(1), OutboxRow.put_off_at.remove()], condition=condition
    ):
        return False
    row.not_before, row.attempts = lease, row.attempts + 1
    return True


def _deliver(row: OutboxRow, stopped: set[str]) -> bool:
    """Hand a claimed row to its handler and write down how it went; True when the lane may go on."""
    effect, tx = Effect(row.effect_id, row.payload, int(row.attempts), row.kind), storage.Transaction()
    try:
        _handler(row.kind).deliver(effect, tx)
    except Refused as refusal:
        return _bury(row, effect, refusal.reason)
    except Retry as retry:
        if retry.for_all:
            stopped.add(row.kind)
        return _put_off(row, effect, retry)
    except Busy:
        return _put_off(row, effect, Retry("store is busy"))
    except Exception as error:  # a bug in one handler must not stop the outbox; the row stays and is seen
        logger.exception("effect failed", extra={"kind": row.kind, "effect_id": row.effect_id})
        return _put_off(row, effect, Retry(type(error).__name__))
    return _settle(row, tx)


def _settle(row: OutboxRow, tx: storage.Transaction) -> bool:
    """Write down that a row has left us. It was said already, so try harder than usual before the lease runs out."""
    tx.delete(row)
    _end_troubles(tx, row)
    for _ in range(SETTLE_ATTEMPTS):
        try:
            tx.commit()
        except Busy:
            continue
        count("EffectsDelivered")
        return True
    logger.error("delivered but not written down", extra={"kind": row.kind, "effect_id": row.effect_id})
    return False


def _handler(kind: str) -> Handler:
    if kind not in _handlers:
        raise Retry(f"nobody handles {kind}")
    return _handlers[kind]


def _put_off(row: OutboxRow, effect: Effect, retry: Retry) -> bool:
    wall = clock.wall()
    if wall - max(row.due_at, row.ours_at or EPOCH) > GIVE_UP_AFTER and retry.after is None and not retry.ours:
        return _bury(row, effect, retry.reason)
    wait = retry.after or min(timedelta(seconds=2 ** min(row.attempts, 10)), LONGEST_BACKOFF) * random.uniform(0.5, 1)
    put_off = [OutboxRow.not_before.set(wall + wait), OutboxRow.put_off_at.set(wall), OutboxRow.last_error.set(retry.reason)]
    count("EffectsRetried")
    if retry.ours:
        return _hold(row, [*put_off, OutboxRow.ours_at.set(wall)], retry)
    storage.change(row, put_off, condition=_mine(row))
    return False


def _hold(row: OutboxRow, put_off: list[Any], retry: Retry) -> bool:
    """Put a row off and write down why in one: a trouble that no row remembers would never end."""
    tx = storage.Transaction()
    tx.update(row, put_off, condition=_mine(row))
    troubles.met(tx, troubles.of_lane(row.lane) if retry.its_lane else row.kind, str(retry.ours), clock.wall())
    with suppress(storage.ConditionFailed):  # the lease ran out, and somebody else has the row
        tx.commit()
    return False


def _bury(row: OutboxRow, effect: Effect, reason: str) -> bool:
    tx = storage.Transaction()
    handler = _handlers.get(row.kind)
    for bury in [handler.bury] if handler and handler.bury else mourners:
        bury(effect, tx, reason)
    tx.update(row, [OutboxRow.state.set("dead"), OutboxRow.last_error.set(reason)], condition=_mine(row))
    _end_troubles(tx, row)  # a refusal of this row is no refusal of us
    try:
        tx.commit()
    except storage.ConditionFailed:  # another worker has the row, or told of it at this moment: the lease brings it back
        return False
    count("EffectsDead")
    return True


def _end_troubles(tx: storage.Transaction, row: OutboxRow) -> None:
    if row.ours_at is not None:
        troubles.over(tx, row.kind)
        troubles.over(tx, troubles.of_lane(row.lane))


def _mine(row: OutboxRow) -> Any:
    return OutboxRow.not_before == row.not_before


def oldest_age() -> timedelta:
    """For how long the oldest due row has been waiting; zero when nothing waits."""
    rows = storage.query(OutboxRow.by_due, "waiting", limit=1).rows
    return max(clock.wall() - rows[0].due_at, timedelta()) if rows else timedelta()

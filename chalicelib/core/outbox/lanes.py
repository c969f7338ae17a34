"""How a lane's rows leave: in the order they were written, each under a lease, each told how it went.

waiting ──claim (lease)──> handler ──done──> deleted, with the handler's own writes, in one transaction
   ^                         ├──page────> waiting, due now, with the next page's cursor and this page's writes, in one transaction
   |                         ├──retry────> waiting, not before wall time + backoff
   └──────lease ran out──────┘──refused──> dead (an operator lists and replays it)
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any

from chalicelib.core import clock, storage, troubles
from chalicelib.core.errors import Busy
from chalicelib.core.observability import count, logger
from chalicelib.core.outbox.handlers import Continue, Effect, Refused, Retry, handler, mourners, registry
from chalicelib.core.outbox.rows import DEAD, EPOCH, WAITING, OutboxRow, horizon, turned
from chalicelib.core.outbox.runs import Run

LEASE = timedelta(seconds=60)
"""How long a claimed row is left alone: longer than the Lambda of whoever claims it may live."""

GIVE_UP_AFTER = timedelta(days=7)
"""How long a vendor may be down before a row is left to an operator."""

SETTLE_ATTEMPTS = 3
"""Rounds of the transaction's own retries before a delivered row is left to its lease."""

LONGEST_BACKOFF = timedelta(minutes=10)

HEAD, PAGE = 8, 50
"""Rows of a lane that are read first, and then at once: most lanes hold one, and one attempt at a long one must not read it all."""


class LeaseLost(Exception):
    """Another worker has the row by now, so this page is his to do."""


def deliver_lanes(lanes: Iterable[str], *, within: timedelta) -> int:
    """Deliver what is due in each lane; how many rows, or pages of long work, left us. One lane's trouble does not stop the others.

    After `within` no new row is begun: a vendor that is down makes every lane slow, and the next tick goes on.
    """
    run = Run(within)
    return sum(deliver_lane(lane, run) for lane in dict.fromkeys(lanes))


def deliver_lane(lane: str, run: Run, *, most: int | None = None) -> int:
    """Deliver a lane's due rows in order, `most` at most, until it is empty or its head must wait; how many left us.

    A page of long work counts as a row, and its row stays the head.
    """
    delivered = 0
    try:
        for rows in _pages(lane):
            while rows:
                gone = _head_leaves(rows, run) if most is None or delivered < most else None
                if gone is None:
                    return delivered
                delivered, rows = delivered + (gone or 1), rows[gone:]
    except Busy:
        logger.warning("the store is busy; the next tick goes on")
    return delivered


def _pages(lane: str) -> Iterator[list[OutboxRow]]:
    """What is due in a lane, some rows at a time, as it stands when each is asked for."""
    page = _due(lane, limit=HEAD)
    yield page.rows
    while page.next_key:
        page = _due(lane, limit=PAGE, start=page.next_key)
        yield page.rows


def _due(lane: str, *, limit: int, start: dict[str, Any] | None = None, after: OutboxRow | None = None) -> storage.Page:
    """Rows of a lane that wait and are due, in order; those behind `after`, where one is named."""
    where = OutboxRow.state.startswith(WAITING) & (OutboxRow.due_at <= horizon())
    between = OutboxRow.effect_id > after.effect_id if after is not None else None
    return storage.query(OutboxRow, lane, between=between, where=where, consistent=True, limit=limit, start=start)


def _head_leaves(rows: Sequence[OutboxRow], run: Run) -> int | None:
    """How many rows left us, beginning with the first: one, a bundle, or none after a page of long work; None where the head must wait."""
    head = rows[0]
    if head.not_before > clock.wall() or not run.admits(head.kind) or not _claim(head):
        return None
    bundled = _bundled(rows, run)
    return (bundled or None) if bundled is not None else _deliver(head, run)


def _claim(row: OutboxRow) -> bool:
    """Take a row for the time of a lease; False while another worker has it or it waits for its next try."""
    wall = clock.wall()
    if row.not_before > wall:
        return False
    lease = wall + LEASE
    condition = _mine(row) & OutboxRow.state.startswith(WAITING)
    if not storage.change(
        row, [OutboxRow.not_before.set(lease), OutboxRow.attempts.add(1), OutboxRow.put_off_at.remove()], condition=condition
    ):
        return False
    row.not_before, row.attempts = lease, row.attempts + 1
    return True


def _bundled(rows: Sequence[OutboxRow], run: Run) -> int | None:
    """How many rows left as one; None where the claimed head has to leave by itself.

    Whoever holds the head holds its lane: nobody claims the rows behind it.
    """
    head, bundle = rows[0], registry[rows[0].kind].bundle if rows[0].kind in registry else None
    if bundle is None or len(rows) < bundle.least or not bundle.lane(head.lane):
        return None
    behind = _due(head.lane, limit=bundle.most, after=head).rows
    fresh = [head, *(row for row in behind if row.kind == head.kind and row.not_before == EPOCH)][: bundle.most]
    tx = storage.Transaction()
    try:
        said = bundle.deliver([_effect(row) for row in fresh], tx)
    except Refused:
        return None
    except Retry as retry:
        return int(_put_off_for(head, retry, run))
    except Exception as error:  # a bug in one handler must not stop the outbox; the rows stay and are seen
        return int(_failed(head, error, run))
    return _settle(fresh[:said], tx) if said > 1 else None


def _effect(row: OutboxRow) -> Effect:
    return Effect(row.effect_id, row.payload, int(row.attempts), row.kind, row.cursor)


def _deliver(row: OutboxRow, run: Run) -> int | None:
    """Hand a claimed row to its handler and write down how it went; how many rows are out of the lane's way, None where it must wait."""
    tx = storage.Transaction()
    try:
        known = handler(row.kind)
        said = known.deliver(_effect(row), tx)
        if known.in_pages or said is not None:
            return _turn(row, said, tx)
    except Refused as refusal:
        return int(_bury(row, refusal.reason)) or None
    except Retry as retry:
        return int(_put_off_for(row, retry, run)) or None
    except Exception as error:  # a bug in one handler must not stop the outbox; the row stays and is seen
        return int(_failed(row, error, run)) or None
    return _settle([row], tx) or None


def _turn(row: OutboxRow, said: Continue | None, tx: storage.Transaction) -> int | None:
    """Write a page of long work, and what becomes of its row, in one: how many rows left us, None where another worker has it.

    A page is nothing that left us, so what cannot be written is done again.
    """
    if said is None:
        tx.delete(row, condition=_mine(row), otherwise=LeaseLost())
    else:
        tx.update(row, turned(row, said.cursor), condition=_mine(row), otherwise=LeaseLost(), first=True)
    _end_troubles(tx, row)
    try:
        tx.commit()
    except LeaseLost:
        return None
    count("PagesDone")
    if said is None:
        return 1
    row.cursor, row.pages, row.not_before, row.attempts, row.ours_at = said.cursor, (row.pages or 0) + 1, EPOCH, 0, None
    return 0


def _failed(row: OutboxRow, error: Exception, run: Run) -> bool:
    if isinstance(error, Busy):
        return _put_off_for(row, Retry("store is busy"), run)
    logger.exception("effect failed", extra={"kind": row.kind, "effect_id": row.effect_id})
    return _put_off_for(row, Retry(type(error).__name__), run)


def _put_off_for(row: OutboxRow, retry: Retry, run: Run) -> bool:
    if retry.for_all:
        run.stop(row.kind, retry.after)
    return _put_off(row, retry)


def _settle(rows: Sequence[OutboxRow], tx: storage.Transaction) -> int:
    """Write down that rows have left us. It was said already, so try harder than usual before the lease runs out."""
    for row in rows:
        tx.delete(row)
    _end_troubles(tx, rows[0])
    for _ in range(SETTLE_ATTEMPTS):
        try:
            tx.commit()
        except Busy:
            continue
        except storage.ConditionFailed:  # the lease ran out, and somebody else has written down what became of it
            logger.warning("settled by another worker", extra={"kind": rows[0].kind, "effect_id": rows[0].effect_id})
            return 0
        count("EffectsDelivered", len(rows))
        return len(rows)
    logger.error("delivered but not written down", extra={"kind": rows[0].kind, "effect_id": rows[0].effect_id})
    return 0


def _put_off(row: OutboxRow, retry: Retry) -> bool:
    wall = clock.wall()
    if wall - max(row.due_at, row.ours_at or EPOCH) > GIVE_UP_AFTER and retry.after is None and not retry.ours:
        return _bury(row, retry.reason)
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


def _bury(row: OutboxRow, reason: str) -> bool:
    tx, known = storage.Transaction(), registry.get(row.kind)
    for bury in [known.bury] if known and known.bury else mourners:
        bury(_effect(row), tx, reason)
    tx.update(row, [OutboxRow.state.set(DEAD), OutboxRow.last_error.set(reason)], condition=_mine(row))
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
    """Nobody has taken the row since it was read, nor done a page of it: after one it is as free as it was before."""
    same_page = OutboxRow.pages.does_not_exist() if row.pages is None else OutboxRow.pages == row.pages
    return (OutboxRow.not_before == row.not_before) & same_page

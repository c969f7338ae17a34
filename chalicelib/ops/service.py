"""What waits for a person or a tick: refused and abandoned events, dead effects, expired holds."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any, Literal

from pydantic_core import from_json

from chalicelib import __version__
from chalicelib.booking.sessions import service as sessions
from chalicelib.booking.slots import service as slots
from chalicelib.booking.specialists import roster
from chalicelib.consultations import bearers
from chalicelib.core import abandoned, clock, ids, inbox, outbox, pagination, replays, storage, turns, unfinished, waiting
from chalicelib.core.errors import AppError, NotFound
from chalicelib.core.http import OPERATIONS, Operation, decide
from chalicelib.core.inbox import InboxRow
from chalicelib.core.observability import count, logger
from chalicelib.core.outbox import OutboxRow
from chalicelib.core.schemas import CONTOURS, utc_text
from chalicelib.core.security import Caller
from chalicelib.core.settings import settings
from chalicelib.core.wire import Incoming
from chalicelib.intake.rows import coming as waiting_rows
from chalicelib.messaging import service as messaging
from chalicelib.messaging.service import MessageRow
from chalicelib.ops import troubles
from chalicelib.ops.errors import EffectNotFound, InboxRowNotFound, ReplayFailed
from chalicelib.ops.schemas import (
    ApiHealth,
    BulkReplay,
    BulkReplayed,
    Health,
    InboxEntry,
    InboxPage,
    InboxQuery,
    OutboxEntry,
    OutboxPage,
    OutboxQuery,
    Replayed,
    Trouble,
    Waits,
)
from chalicelib.routes import apis
from chalicelib.sales.following import repository as sales

SHARE = 8.0
"""Seconds of a sweep that each of its first stages may take at most."""

KEEPERS = "sales.messages"
"""Packages that keep an account of messages (`messaging.endings`), for whoever queues one again."""

DIGEST_EVERY = timedelta(minutes=10)
SWEEPS_FOR, STREAMS_FOR = timedelta(seconds=48), timedelta(seconds=20)
"""For how long a sweep, and a batch of the stream, begin new deliveries: a slow vendor's last answer still fits its Lambda's life."""

CATCH_UP = timedelta(hours=1)
"""How far back a digest whose tick was missed is still told."""


def health() -> Health:
    """Version, whether the store answers, what waits and for how long, and what our configuration hinders."""
    age: float | None = None
    number: int | None = None
    standing: list[Trouble] = []
    left: int | None = None
    try:
        age, standing, number = outbox.oldest_age().total_seconds(), troubles.standing(), waiting.number()
        left = sales.left()
    except Exception:  # an unreachable store is what this answer is for
        logger.exception("store unreachable")
    store: Literal["ok", "unreachable"] = "ok" if age is not None else "unreachable"
    of_age = {"store": store, "oldest_undelivered_seconds": age, "events_waiting": number, "clients_left_for_sales": left}
    return Health(version=__version__, stage=settings().stage, troubles=standing, **of_age)


def api_health() -> ApiHealth:
    """Whether the consultations API answers, and whether its door is open."""
    seen, bearer = health(), bearers.state(settings())
    status: Literal["ok", "store_unreachable"] = "ok" if seen.store == "ok" else "store_unreachable"
    why = bearers.closed_because(settings()) if bearer == "closed" else None
    return ApiHealth(status=status, version=seen.version, bearer=bearer, why=why, troubles=seen.troubles)


def list_inbox(query: InboxQuery) -> InboxPage:
    """Events that are not done, oldest first."""
    start = pagination.decode(query.cursor, "inbox_id", "open", "received_at")
    page = unfinished.page(query.state, limit=query.limit, start=start)
    entries = [
        InboxEntry(
            inbox_id=row.inbox_id,
            source=row.source,
            operation=row.operation,
            state=row.state,
            received_at=utc_text(row.received_at),
            error=inbox.reason_of(row) if row.state != waiting.STATE else None,
            waits=Waits(**waiting.why(row)) if row.state == waiting.STATE else None,
        )
        for row in page.rows
    ]
    return InboxPage(inbox=entries, next_cursor=pagination.encode(page.next_key))


def replay_inbox(inbox_id: str) -> Replayed:
    """Decide a stored event again; a finished one gives its first answer. Raises InboxRowNotFound or ReplayFailed."""
    (row,) = storage.read(InboxRow.at(inbox_id))
    if row is None or row.raw is None:
        raise InboxRowNotFound
    try:
        answer = _decide(row)
    except AppError as error:
        raise ReplayFailed(error.body()) from error
    return Replayed(status=answer.status_code, answer=from_json(answer.body))


def _decide(row: InboxRow) -> Any:
    apis()  # a wing may not have imported yet whose event this is
    operation = next((one for one in OPERATIONS if f"{one.method} {one.path}" == row.operation), None)
    if operation is None:
        raise InboxRowNotFound
    headers = {"content-type": row.content_type or ""}
    request = Incoming(method=operation.method, headers=headers, body=inbox.raw_of(row))
    receipt = inbox.Receipt.of(row)
    return decide(_patient(operation), request, Caller(receipt.sender.kind), receipt)


def _patient(operation: Operation) -> Operation:
    """The operation, telling refusals to the operator even where its sender must never hear one."""
    return replace(operation, source=replace(operation.source, insistent=False)) if operation.source else operation


def list_outbox(query: OutboxQuery) -> OutboxPage:
    """Effects that wait or that died, kind by kind, oldest first in each."""
    start = pagination.decode(query.cursor, "lane", "effect_id", "state", "place")
    page = outbox.listed(query.state, query.kind, limit=query.limit, start=start)
    return OutboxPage(outbox=[_effect(row, query.state) for row in page.rows], next_cursor=pagination.encode(page.next_key))


def _effect(row: OutboxRow, state: str) -> OutboxEntry:
    return OutboxEntry(
        effect_id=row.effect_id,
        kind=row.kind,
        lane=row.lane,
        state=state,
        due_at=utc_text(row.due_at),
        attempts=int(row.attempts),
        last_error=row.last_error,
    )


def replay_outbox(effect_id: str) -> OutboxEntry:
    """Make a dead effect wait again; the next tick delivers it. Raises EffectNotFound."""
    try:
        return _effect(replays.one(effect_id, before=_requeue), "waiting")
    except NotFound as error:
        raise EffectNotFound from error


def replay_many(body: BulkReplay) -> BulkReplayed:
    """Make dead effects of a kind or a reason wait again, a bounded number at once; a repeat goes on from there."""
    done = replays.many(body.kind, body.reason, before=_requeue)
    return BulkReplayed(replayed=done.replayed, more=done.more)


def _requeue(row: OutboxRow) -> None:
    apis(KEEPERS)  # this wing imports no packages that keep an account of messages
    messaging.requeue(row.payload.get("message_id"))


def sweep() -> dict[str, int]:
    """Everything that was missed: expired payments and holds, abandoned events, rows that wait, digests, faults of our own, due effects.

    One stage's trouble does not stop the others; it is raised when all have run, for Lambda's alarms to see.
    """
    stages: dict[str, Callable[[], int]] = {
        "payments": lambda: _within(sessions.drop_unpaid),
        "holds": lambda: _within(slots.drop_expired_holds),
        "events": _take_up,
        "waiting": waiting_rows.look,
        "digests": _digests,
        "troubles": troubles.tell,
        "roster": lambda: sum(roster.keep(contour) for contour in CONTOURS),
        "effects": _deliver_due,
    }
    return turns.each(stages)


def _within(drop: Callable[[str], int]) -> int:
    """Both contours in a share of the tick: what comes last must have its time too."""
    with turns.share(SHARE):
        return sum(drop(contour) for contour in CONTOURS)


def _deliver_due() -> int:
    done = outbox.deliver_due(within=turns.left(SWEEPS_FOR))
    count("OldestUndeliveredSeconds", done.oldest.total_seconds())
    return done.delivered


def _take_up() -> int:
    """Decide the events whose worker died, as far as a share of the tick goes."""
    with turns.share(SHARE):
        return sum(_taken_up(key) for key in abandoned.find() if not turns.is_over())


def _taken_up(key: storage.Key) -> bool:
    row = abandoned.take_up(key)
    try:
        return row is not None and _decide(row) is not None
    except AppError:
        return False
    except Exception:  # one poisoned event must not keep the others waiting
        logger.exception("abandoned event failed", extra={"source": row.source if row else None})
        return False


def _digests() -> int:
    """Tell the admin, once a source in ten minutes, how many events could not be understood, or are still not decided.

    Missed ticks are caught up.
    """
    end = _window_end(clock.now()) - DIGEST_EVERY
    since = InboxRow.received_at.between(end - CATCH_UP, end - timedelta(microseconds=1))
    read = (storage.query(InboxRow.by_state, state, between=since).rows for state in ("refused", inbox.RETRYING))
    rows = [*chain(*read), *(row for row in unfinished.received(since) if clock.wall() - row.received_at > inbox.STALE_AFTER)]
    counts = Counter((row.source, _window_end(row.received_at)) for row in rows)
    ids_of = {key: ids.derived("inbox-digest", key[0], at=key[1]) for key in counts}
    said = storage.read(*(MessageRow.at(message_id) for message_id in ids_of.values()))
    new = [key for key, row in zip(ids_of, said, strict=True) if row is None]
    return sum(_digest(*key, counts[key], ids_of[key]) for key in new)


def _window_end(moment: datetime) -> datetime:
    """The end of the ten minutes that `moment` lies in."""
    step = DIGEST_EVERY.total_seconds()
    return datetime.fromtimestamp((moment.timestamp() // step + 1) * step, UTC)


def _digest(source: str, end: datetime, number: int, message_id: str) -> bool:
    tx = storage.Transaction()
    values = {"source": source, "count": number, "since_at": (end - DIGEST_EVERY).isoformat()}
    messaging.tell_admin(tx, "admin_inbox_digest", messaging.About("inbox_refused", "live"), values, message_id=message_id)
    try:
        tx.commit()
    except storage.ConditionFailed:  # another tick was faster
        return False
    return True


def deliver(images: Sequence[Mapping[str, Any]]) -> int:
    """Deliver the lanes of new rows for which somebody waits; what is due later, or said by the clock, is left to the sweep."""
    now = outbox.horizon().isoformat()
    urgent = (image for image in images if outbox.is_urgent(image["place"]["S"]) and image["due_at"]["S"][:19] <= now[:19])
    return outbox.deliver_lanes((image["lane"]["S"] for image in urgent), within=STREAMS_FOR)

"""The outbox's rows, and how they are written and found.

The index holds what has not left by *queue*: how soon it must leave, whether it waits, its kind. Each kind has queues of its own,
so a kind that cannot leave stands in nobody's way; a person who waits comes before a reminder, a reminder before a campaign.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Final

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.core import clock, ids, storage

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

NOW: Final = "now"
"""Somebody waits for it: an answer, a booking, a code."""

SOON: Final = "soon"
"""Said by the clock: reminders, questions after a session."""

LATER: Final = "later"
"""Said to many at once: campaigns."""

RANKS: Final = (NOW, SOON, LATER)

WAITING, DEAD = "waiting", "dead"

Kinds = Sequence[tuple[str, Sequence[str]]]
"""Kinds of effects, each with the ranks that it may have."""


class ByQueue(GlobalSecondaryIndex[Any]):
    """What has not left: a queue by the moment its rows were due."""

    class Meta:
        index_name = "by_queue"
        projection = IncludeProjection(["not_before"])

    queue = UnicodeAttribute(hash_key=True)
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
    state = UnicodeAttribute(default=WAITING)
    queue = UnicodeAttribute()
    due_at = UTCDateTimeAttribute()
    not_before = UTCDateTimeAttribute(default=EPOCH)
    attempts = NumberAttribute(default=0)
    put_off_at = UTCDateTimeAttribute(null=True)
    ours_at = UTCDateTimeAttribute(null=True)
    last_error = UnicodeAttribute(null=True)
    by_queue = ByQueue()

    @property
    def rank(self) -> str:
        """How soon it must leave."""
        return str(self.queue).partition(" ")[0]


def send(tx: storage.Transaction, kind: str, payload: dict[str, Any], *, lane: str, due_at: datetime | None = None, rank: str = NOW) -> str:
    """Add an effect to a transaction and give its id. Without `due_at` it is due at once, whatever the tick's clock says."""
    effect_id, queue = ids.new(), queue_of(rank, WAITING, kind)
    tx.put(OutboxRow(lane=lane, effect_id=effect_id, kind=kind, payload=payload, queue=queue, due_at=due_at or clock.wall()))
    return effect_id


def queue_of(rank: str, state: str, kind: str) -> str:
    """The queue that a row stands in; its rank comes first, for the stream is filtered by it."""
    return f"{rank} {state} {kind}"


def is_urgent(queue: str) -> bool:
    """Whether somebody waits for what stands in a queue."""
    return queue.startswith(f"{NOW} ")


def moved(row: OutboxRow, state: str) -> list[Any]:
    """The changes that give a row another state."""
    return [OutboxRow.state.set(state), OutboxRow.queue.set(queue_of(row.rank, state, row.kind))]


def horizon() -> datetime:
    """What is due by now: the tick's time or the wall's, whichever is later."""
    return max(clock.now(), clock.wall())


def due(queue: str, *, pages: int | None = None, size: int = 500) -> Iterator[OutboxRow]:
    """What is due in a queue, oldest first, as it is read page by page: keys and `not_before` alone."""
    start = None
    for _ in count() if pages is None else range(pages):
        page = storage.query(OutboxRow.by_queue, queue, between=OutboxRow.due_at <= horizon(), limit=size, start=start)
        yield from page.rows
        start = page.next_key
        if start is None:
            return


def queues(state: str, kinds: Kinds) -> Iterator[str]:
    """Every queue of these kinds, the most urgent of each first."""
    return (queue_of(rank, state, kind) for kind, ranks in kinds for rank in ranks)


def oldest_age(kinds: Kinds) -> timedelta:
    """For how long the oldest due row of these kinds has been waiting; zero when nothing waits."""
    first = (storage.query(OutboxRow.by_queue, queue, limit=1).rows for queue in queues(WAITING, kinds))
    dates = [rows[0].due_at for rows in first if rows]
    return max(clock.wall() - min(dates), timedelta()) if dates else timedelta()


def listed(state: str, kinds: Kinds, *, limit: int, start: dict[str, Any] | None) -> storage.Page:
    """Whole rows of a state, kind by kind, oldest first in each; `start` is where an earlier page ended."""
    names = list(queues(state, kinds))
    if start is not None:
        names = names[names.index(start["queue"]["S"]) :] if start["queue"]["S"] in names else []
    found: list[OutboxRow] = []
    for name in names:
        page = storage.query(OutboxRow.by_queue, name, limit=limit - len(found), start=start)
        found, start = [*found, *page.rows], None
        if len(found) == limit:
            return storage.Page(whole(found), _place(found[-1]))
    return storage.Page(whole(found), None)


def whole(found: Iterable[OutboxRow]) -> list[OutboxRow]:
    """The rows that the index named, without those that have left meanwhile."""
    return [row for row in storage.read(*(OutboxRow.at(one.lane, one.effect_id) for one in found)) if row is not None]


def _place(row: OutboxRow) -> dict[str, Any]:
    return {name: value for name, value in row.serialize(null_check=False).items() if name in ("lane", "effect_id", "queue", "due_at")}

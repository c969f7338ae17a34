"""The outbox's rows, and how they are written and found.

The index holds what has not left by its *place*: how soon it must leave, its kind, when it was due. The rows of a kind stand together,
so whoever looks for work skips from kind to kind, and a kind that cannot leave stands in nobody's way; a person who waits comes before
a reminder, a reminder before a campaign.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import merge
from typing import Any, Final, NamedTuple

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.indexes import GlobalSecondaryIndex, IncludeProjection

from chalicelib.core import clock, ids, shards, storage

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

NOW: Final = "now"
"""Somebody waits for it: an answer, a booking, a code."""

SOON: Final = "soon"
"""Said by the clock: reminders, questions after a session."""

LATER: Final = "later"
"""Said to many at once: campaigns."""

RANKS: Final = (NOW, SOON, LATER)

WAITING, DEAD = "waiting", "dead"
"""States. What waits has that of a shard of the index by its lane (`shards`): whoever asks of a row looks how its state begins."""

_BEHIND = "~"
"""Sorts after every moment."""


class Queue(NamedTuple):
    """The rows of one kind that must leave equally soon."""

    rank: str
    kind: str

    def place(self, moment: str) -> str:
        """Where a row that was due then stands; "" and `_BEHIND` for the ends."""
        return f"{self.rank} {self.kind} {moment}"


class ByPlace(GlobalSecondaryIndex[Any]):
    """What has not left, queue by queue, by the moment it was due."""

    class Meta:
        index_name = "by_place"
        projection = IncludeProjection(["not_before"])

    state = UnicodeAttribute(hash_key=True)
    place = UnicodeAttribute(range_key=True)


class OutboxRow(storage.Table):
    """One thing that must leave us. `not_before` is its lease while claimed, and its backoff while put off (since `put_off_at`).

    `cursor` is where long work goes on after so many `pages`. `ours_at` is when a fault of our own last put it off: its week begins
    anew then, and its end is the end of that trouble.
    """

    Meta = storage.meta("outbox", stream=True)

    lane = UnicodeAttribute(hash_key=True)
    effect_id = UnicodeAttribute(range_key=True)
    kind = UnicodeAttribute()
    payload = JSONAttribute()
    cursor = JSONAttribute(null=True)
    pages = NumberAttribute(null=True)
    state = UnicodeAttribute(default=WAITING)
    place = UnicodeAttribute()
    due_at = UTCDateTimeAttribute()
    not_before = UTCDateTimeAttribute(default=EPOCH)
    attempts = NumberAttribute(default=0)
    put_off_at = UTCDateTimeAttribute(null=True)
    ours_at = UTCDateTimeAttribute(null=True)
    last_error = UnicodeAttribute(null=True)
    by_place = ByPlace()

    @property
    def queue(self) -> Queue:
        """Where it stands among what must leave."""
        rank, kind, _ = self.place.split(" ")
        return Queue(rank, kind)

    @property
    def is_waiting(self) -> bool:
        """Whether it is to leave."""
        return str(self.state).startswith(WAITING)

    @property
    def since(self) -> datetime:
        """When it was due; an index's row tells it by its place alone."""
        return datetime.fromisoformat(self.place.split(" ")[2])


def send(tx: storage.Transaction, kind: str, payload: dict[str, Any], *, lane: str, due_at: datetime | None = None, rank: str = NOW) -> str:
    """Add an effect to a transaction and give its id. Without `due_at` it is due at once, whatever the tick's clock says."""
    effect_id, due_at = ids.new(), due_at or clock.wall()
    place = Queue(rank, kind).place(_moment(due_at))
    state = shards.key(WAITING, lane)
    tx.put(OutboxRow(lane=lane, effect_id=effect_id, kind=kind, payload=payload, state=state, place=place, due_at=due_at))
    return effect_id


def call_off(tx: storage.Transaction, lane: str, effect_id: str) -> None:
    """Add to the decision that an effect says nothing more that nobody has it in his hands; the commit raises ConditionFailed otherwise.

    It closes the race with a deliverer who read what he says before this decision. He takes the lease first and reads what stands then:
    either the decision is written before his lease, and he reads it, or his lease is, and the decision fails. No clock is asked: a lease
    that ran out is one too until the next worker takes it, for what its holder has said by then nobody knows. The row stays, for it may be
    the one that remembers a trouble; it is due at once, so that what waits behind it goes on.
    """
    free = (OutboxRow.not_before == EPOCH) | OutboxRow.put_off_at.exists()
    tx.update(OutboxRow.row(lane, effect_id), [OutboxRow.not_before.set(EPOCH), OutboxRow.put_off_at.remove()], condition=free)


def is_urgent(place: str) -> bool:
    """Whether somebody waits for what stands there."""
    return place.startswith(f"{NOW} ")


def revived(row: OutboxRow) -> list[Any]:
    """The changes that have a dead row wait again, due now."""
    now = clock.wall()
    at_once = [OutboxRow.state.set(shards.key(WAITING, str(row.lane))), OutboxRow.due_at.set(now), OutboxRow.not_before.set(EPOCH)]
    return [*at_once, OutboxRow.place.set(row.queue.place(_moment(now)))]


def turned(row: OutboxRow, cursor: Any) -> list[Any]:
    """The changes after a page of long work: the same row of the same lane, due now and in nobody's hands, so that others of its kind,
    and who has waited longer, come before the next page. Its week begins anew: it has not been hindered."""
    now = clock.wall()
    fresh = [OutboxRow.due_at.set(now), OutboxRow.not_before.set(EPOCH), OutboxRow.attempts.set(0)]
    over = [OutboxRow.put_off_at.remove(), OutboxRow.ours_at.remove(), OutboxRow.last_error.remove()]
    page = [OutboxRow.cursor.set(cursor), OutboxRow.pages.set((row.pages or 0) + 1)]
    return [*page, OutboxRow.place.set(row.queue.place(_moment(now))), *fresh, *over]


def placed(row: OutboxRow) -> list[Any]:
    """The changes that give a place to a row that was written before there were any."""
    return [OutboxRow.place.set(Queue(NOW, row.kind).place(_moment(row.due_at)))]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def horizon() -> datetime:
    """What is due by now: the tick's time or the wall's, whichever is later."""
    return max(clock.now(), clock.wall())


def queues(state: str, kind: str | None = None) -> Iterator[Queue]:
    """The queues in which something stands, of one kind or of all: one small read each and in each shard, and one that finds no more."""
    yield from dict.fromkeys(queue for key in _keys(state) for queue in _queues(key) if kind in (None, queue.kind))


def _queues(key: str) -> Iterator[Queue]:
    after = " "
    while found := storage.query(OutboxRow.by_place, key, between=OutboxRow.place > after, limit=1).rows:
        yield found[0].queue
        after = found[0].queue.place(_BEHIND)


def _keys(state: str) -> list[str]:
    """Where rows of a state stand in the index: those that wait are spread."""
    return shards.keys(state) if state == WAITING else [state]


def due(queue: Queue, *, state: str = WAITING, pages: int | None = None, size: int = 500) -> Iterator[OutboxRow]:
    """What is due in a queue, oldest first, as it is read page by page: keys and `not_before` alone."""
    between = OutboxRow.place.between(queue.place(""), queue.place(_moment(horizon())))
    found = [storage.scroll(OutboxRow.by_place, key, between=between, size=size, pages=pages) for key in _keys(state)]
    return merge(*found, key=lambda row: str(row.place))


def oldest_age() -> timedelta:
    """For how long the oldest due row has been waiting; zero when nothing waits."""
    first = (row for queue in queues(WAITING) for row in due(queue, pages=1, size=1))
    wall = clock.wall()
    return max((wall - row.since for row in first), default=timedelta())


def listed(state: str, kind: str | None = None, *, limit: int, start: dict[str, Any] | None) -> storage.Page:
    """Whole rows of a state, of one kind or of all: kind by kind, oldest first in each, shard by shard; `start` is where an earlier
    page ended."""
    found: list[OutboxRow] = []
    for key, begins in _stretches(state, kind):
        if start and _is_past(start, state, key, begins):
            continue  # an earlier page has it
        between = OutboxRow.place.between(begins, f"{begins}{_BEHIND}") if begins else None
        page = storage.query(OutboxRow.by_place, key, between=between, limit=limit - len(found), start=start)
        found, start = [*found, *page.rows], None
        if page.next_key is not None or len(found) == limit:
            return storage.Page(storage.whole(found), page.next_key or _key(found[-1]))
    return storage.Page(storage.whole(found), None)


def _stretches(state: str, kind: str | None) -> list[tuple[str, str]]:
    """Where rows stand together: a key of the index, and how their places begin, if not everywhere under it."""
    begins = [Queue(rank, kind).place("") for rank in RANKS] if kind else [""]
    return [(key, begin) for begin in begins for key in _keys(state)]


def _is_past(start: dict[str, Any], state: str, key: str, begins: str) -> bool:
    """Whether a page that ended at `start` had this stretch whole. A `start` of another state is left to the store, which refuses it."""
    return start["state"]["S"] in _keys(state) and not (start["state"]["S"] == key and start["place"]["S"].startswith(begins))


def _key(row: OutboxRow) -> dict[str, Any]:
    """Where an index's row stands, as a page's end names it."""
    return {name: {"S": getattr(row, name)} for name in ("lane", "effect_id", "state", "place")}

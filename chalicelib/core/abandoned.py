"""Events whose worker died (see `inbox`), taken up by the sweep: each try puts the next one off before it begins, ever longer.

A stranger can make events that always fail, and whatever stood oldest would stop all others for ever.
"""

from datetime import timedelta
from itertools import zip_longest

from chalicelib.core import clock, inbox, storage, unfinished
from chalicelib.core.inbox import InboxRow

LONGEST_PAUSE = timedelta(hours=6)
"""Between two tries of an event that always fails."""


def find(limit: int = 100) -> list[storage.Key]:
    """Where events stand whose worker died: received a while ago and still not done, and not put off.

    By turns the newest and the oldest of those that nobody took up yet, and those whose next try is due.
    """
    stale = InboxRow.received_at < clock.wall() - inbox.STALE_AFTER
    lists = [
        unfinished.received(stale, newest_first=True, limit=limit),
        storage.query(InboxRow.to_retry, inbox.RETRYING, between=InboxRow.retry_at <= clock.wall(), limit=limit).rows,
        unfinished.received(stale, limit=limit),
    ]
    by_turns = [row for some in zip_longest(*lists) for row in some if row is not None]
    return list(dict.fromkeys(InboxRow.at(row.inbox_id) for row in by_turns))


def take_up(key: storage.Key) -> InboxRow | None:
    """An abandoned event, put off before it is tried again; None where it is done, or another sweep was faster."""
    (row,) = storage.read(key)
    if row is None or row.state != "received":
        return None
    tries = int(row.tries or 0)
    seen = InboxRow.tries.does_not_exist() if row.tries is None else InboxRow.tries == tries
    next_at = clock.wall() + _pause(tries)
    put_off = [
        InboxRow.retry_in.set(inbox.RETRYING),
        InboxRow.retry_at.set(next_at),
        InboxRow.open.set(inbox.RETRYING),
    ]
    free = (InboxRow.state == "received") & seen
    return row if storage.change(InboxRow.row(row.inbox_id), [*put_off, InboxRow.tries.set(tries + 1)], condition=free) else None


def _pause(tries: int) -> timedelta:
    """How long an event rests that was taken up as often before."""
    return min(inbox.STALE_AFTER * 2.0 ** min(tries + 1, 16), LONGEST_PAUSE)

"""Faults of our own configuration: a rotated token, a wrong account. They are no message's fault, so messages wait for their end.

Who meets one (a kind of effect, a poll) raises it under his own name; his next success is its end. One row each while it
stands: `/health` shows them, and the admin is told of each once.
"""

from collections.abc import Collection
from datetime import datetime

from pynamodb.attributes import UnicodeAttribute, UTCDateTimeAttribute

from chalicelib.core import clock, storage

STANDING = "standing"
"""The hash key of all: they are few, and read together."""

_LANE = "lane "


class TroubleRow(storage.Table):
    """A fault of ours while it stands. `what` names it; `told` is the `what` that the admin has been told of."""

    Meta = storage.meta("troubles")

    state = UnicodeAttribute(hash_key=True)
    met_by = UnicodeAttribute(range_key=True)
    what = UnicodeAttribute()
    since = UTCDateTimeAttribute()
    last_at = UTCDateTimeAttribute()
    told = UnicodeAttribute(null=True)


def standing() -> list[TroubleRow]:
    """What stands, by who met it."""
    return storage.query(TroubleRow, STANDING, consistent=True).rows


def of_lane(lane: str) -> str:
    """Who meets a fault that hinders one lane of the outbox alone."""
    return f"{_LANE}{lane}"


def held(kinds: Collection[str]) -> tuple[list[str], list[str]]:
    """The kinds of effects and the lanes that wait for the end of a fault."""
    by = sorted(row.met_by for row in standing())
    return [one for one in by if one in kinds], [one.removeprefix(_LANE) for one in by if one.startswith(_LANE)]


def met(tx: storage.Transaction, by: str, what: str, at: datetime) -> None:
    """Add to a transaction that somebody met a fault; `since` stays what it was while he meets one."""
    seen = [TroubleRow.what.set(what), TroubleRow.since.set(TroubleRow.since | at), TroubleRow.last_at.set(at)]
    tx.put_or_update(TroubleRow.row(STANDING, by), seen)


def over(tx: storage.Transaction, by: str) -> None:
    """Add to a transaction that nothing of ours hinders him any more; nothing may have been."""
    tx.delete(TroubleRow.row(STANDING, by))


def meet(by: str, what: str) -> None:
    """Write down at once that a poll met a fault."""
    tx = storage.Transaction()
    met(tx, by, what, clock.wall())
    tx.commit()


def end(by: str) -> None:
    """Write down at once that nothing of ours hinders a poll."""
    storage.remove(TroubleRow.row(STANDING, by))


def told(tx: storage.Transaction, row: TroubleRow) -> None:
    """Add to a transaction that the admin hears of this one; the commit raises ConditionFailed where he did, or it is over."""
    untold = TroubleRow.told.does_not_exist() | (TroubleRow.told != row.what)
    tx.update(TroubleRow.row(row.state, row.met_by), [TroubleRow.told.set(row.what)], condition=(TroubleRow.what == row.what) & untold)

"""How often something was done, counted up to a limit: one conditional write, so that no two callers get the last one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute, UTCDateTimeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.expressions.update import Action

from chalicelib.core import clock, ids, storage

KEPT = timedelta(days=2)
"""Longer than what is counted together lasts."""


class Tally(storage.Table):
    """How often one thing was done; what it is stands in the key as a hash, with the day or the code that it is counted for."""

    Meta = storage.meta("tallies")

    what = UnicodeAttribute(hash_key=True)
    times = NumberAttribute(default=0)
    until = UTCDateTimeAttribute(null=True)
    expires_at = TTLAttribute()


def until_tomorrow(now: datetime) -> int:
    """Whole seconds after which a day's numbers have begun anew: what whoever is refused today is told to wait."""
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return int((tomorrow - now).total_seconds()) + 1


def add_in(tx: storage.Transaction, *what: str, most: int, otherwise: Exception, many: int = 1) -> None:
    """One more, or so many, in the transaction that does it; the commit raises `otherwise` when there would be more than `most`."""
    tx.put_or_update(_row(what), _more(many), condition=_room(most, many), otherwise=otherwise)


def add(*what: str, most: int) -> bool:
    """One more; False when there were `most`."""
    return storage.make_or_change(_row(what), _more(1), condition=_room(most, 1))


def at(*what: str) -> storage.Key:
    """Where it is counted, to be read before `add_within_in`."""
    return Tally.at(ids.fingerprint(*what))


class Full(Exception):
    """There were as many as may be, until `until`."""

    def __init__(self, until: datetime) -> None:
        self.until = until


def add_within_in(tx: storage.Transaction, seen: Tally | None, *what: str, most: int, within: timedelta, raced: Exception) -> None:
    """One more within a stretch that the first one begins. Raises Full; the commit raises `raced` when `seen` stands no more.

    Stretches of a fixed clock would let through twice as many around their border.
    """
    now = clock.wall()
    if seen is None or seen.until is None or seen.until <= now:
        over = Tally.until.does_not_exist() | (Tally.until <= now)
        first = [Tally.times.set(1), Tally.until.set(now + within), Tally.expires_at.set(now + within + KEPT)]
        tx.put_or_update(_row(what), first, condition=over, otherwise=raced)
    elif seen.times >= most:
        raise Full(seen.until)
    else:
        room = (Tally.until == seen.until) & (Tally.times < most)
        tx.put_or_update(_row(what), [Tally.times.add(1)], condition=room, otherwise=raced)


def give_back_in(tx: storage.Transaction, *what: str) -> None:
    """One less: what was counted before it was known has turned out well."""
    tx.put_or_update(_row(what), [Tally.times.add(-1)])


def forget_in(tx: storage.Transaction, *what: str) -> None:
    """None at all."""
    tx.delete(_row(what))


def _row(what: Sequence[str]) -> Tally:
    return Tally.row(ids.fingerprint(*what))


def _more(many: int) -> list[Action]:
    return [Tally.times.add(many), Tally.expires_at.set(clock.wall() + KEPT)]


def _room(most: int, many: int) -> Condition:
    room = Tally.times <= most - many
    return Tally.times.does_not_exist() | room if many <= most else room

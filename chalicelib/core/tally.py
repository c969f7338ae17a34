"""How often something was done, counted up to a limit: one conditional write, so that no two callers get the last one."""

from collections.abc import Sequence
from datetime import timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
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
    expires_at = TTLAttribute()


def add_in(tx: storage.Transaction, *what: str, most: int, otherwise: Exception) -> None:
    """One more, in the transaction that does it; the commit raises `otherwise` when there were `most`."""
    tx.put_or_update(_row(what), _one_more(), condition=_room(most), otherwise=otherwise)


def add(*what: str, most: int) -> bool:
    """One more; False when there were `most`."""
    return storage.make_or_change(_row(what), _one_more(), condition=_room(most))


def _row(what: Sequence[str]) -> Tally:
    return Tally.row(ids.fingerprint(*what))


def _one_more() -> list[Action]:
    return [Tally.times.add(1), Tally.expires_at.set(clock.wall() + KEPT)]


def _room(most: int) -> Condition:
    return Tally.times.does_not_exist() | (Tally.times < most)

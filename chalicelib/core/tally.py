"""How often something was done, counted up to a limit: one conditional write, so that no two callers get the last one."""

from datetime import timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.core import clock, ids, storage

KEPT = timedelta(days=2)
"""Longer than what is counted together lasts."""


class Tally(storage.Table):
    """How often one thing was done; what it is stands in the key as a hash, with the day or the code that it is counted for."""

    Meta = storage.meta("tallies")

    what = UnicodeAttribute(hash_key=True)
    times = NumberAttribute(default=0)
    expires_at = TTLAttribute()


class Full(Exception):
    """It was done as often as it may be."""


def add_in(tx: storage.Transaction, *what: str, most: int, otherwise: Exception) -> None:
    """One more, in the transaction that does it; the commit raises `otherwise` when there were `most`."""
    actions = [Tally.times.add(1), Tally.expires_at.set(clock.wall() + KEPT)]
    room = Tally.times.does_not_exist() | (Tally.times < most)
    tx.put_or_update(Tally.row(ids.fingerprint(*what)), actions, condition=room, otherwise=otherwise)


def add(*what: str, most: int) -> bool:
    """One more; False when there were `most`."""
    tx = storage.Transaction()
    add_in(tx, *what, most=most, otherwise=Full())
    try:
        tx.commit()
    except Full:
        return False
    return True

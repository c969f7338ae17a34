"""The way up from a client to those who brought him."""

from collections.abc import Iterator

from chalicelib.clients.index.rules import place
from chalicelib.core import storage
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.referrals.config import GENERATIONS

HIGHEST = 64
"""How far up a circle is looked for."""

_MERGES = 20
"""How many clients one after another may have become each other."""


def account(where: str) -> Account:
    """An account as it stands, of one who was merged that of whom he became; an empty one where nothing was kept."""
    row: Account | None = None
    for _ in range(_MERGES):
        (row,) = storage.read(Account.at(where))
        if row is None or not row.merged_into:
            break
        where = place("live", int(row.merged_into))
    return row or Account(place=where)


def up(where: str, depth: int = GENERATIONS) -> Iterator[tuple[int, Account]]:
    """Those above a client with their generation, the one who brought him first: a read each. Nobody is met twice."""
    seen, now = {where}, account(where)
    for generation in range(1, depth + 1):
        if not now.referrer:
            return
        now = account(place("live", int(now.referrer)))
        if now.place in seen:  # a merge may have closed a circle
            return
        seen.add(now.place)
        yield generation, now

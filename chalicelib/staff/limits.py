"""How often anybody may try a password: counted before it is hashed, so that a flood of guesses costs us no hashes."""

from collections.abc import Sequence
from datetime import timedelta
from math import ceil
from typing import Any

from chalicelib.core import clock, storage, tally
from chalicelib.core.errors import Busy
from chalicelib.core.sender import Sender
from chalicelib.staff import rules
from chalicelib.staff.errors import Raced, TooManyAttempts


def _counted(account: str, sender: Sender) -> list[tuple[tuple[str, ...], int, timedelta]]:
    """What is counted together, how much of it, and for how long. Without a key no address is known: then it is everybody's one."""
    place = sender.address or ""
    here, address, everywhere = rules.AN_ACCOUNT_HERE, rules.AN_ADDRESS, rules.AN_ACCOUNT
    return [(("staff-here", account, place), *here), (("staff-address", place), *address), (("staff-account", account), *everywhere)]


def spend(account: str, sender: Sender, *also: storage.Key) -> list[Any]:
    """Count a try; gives the rows that are read `also`. Raises TooManyAttempts when there were too many, whatever the password would be."""
    try:
        return _spend(account, sender, also)
    except tally.Full as full:
        raise TooManyAttempts(max(1, ceil((full.until - clock.wall()).total_seconds()))) from None
    except Busy:  # so many try at once that the counts cannot be written: these are too many too
        raise TooManyAttempts from None


@storage.again(Raced, times=3)
def _spend(account: str, sender: Sender, also: Sequence[storage.Key]) -> list[Any]:
    counted, tx = _counted(account, sender), storage.Transaction()
    rows = storage.read(*(tally.at(*what) for what, _, _ in counted), *also)
    for row, (what, most, within) in zip(rows, counted, strict=False):
        tally.add_within_in(tx, row, *what, most=most, within=within, raced=Raced())
    tx.commit()
    return rows[len(counted) :]


def give_back_in(tx: storage.Transaction, account: str, sender: Sender) -> None:
    """The try was right: it counts nowhere, and wrong ones from here are forgotten."""
    (here, _, _), *others = _counted(account, sender)
    tally.forget_in(tx, *here)
    for what, _, _ in others:
        tally.give_back_in(tx, *what)

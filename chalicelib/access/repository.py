"""Reads and writes of login codes."""

from datetime import datetime

from chalicelib.access.errors import CodeRaced
from chalicelib.access.models import LoginCode
from chalicelib.access.rules import MOST_TRIES
from chalicelib.core import storage


def of(holder: str) -> LoginCode | None:
    """The last code sent to somebody."""
    (row,) = storage.read(LoginCode.at(holder))
    return row


def replace(tx: storage.Transaction, new: LoginCode, seen: LoginCode | None) -> None:
    """Put a new code in place of the one that was seen; the commit raises CodeRaced when another was sent meanwhile."""
    same = LoginCode.holder.does_not_exist() if seen is None else LoginCode.nonce == seen.nonce
    tx.put(new, condition=same, otherwise=CodeRaced())


def tell_again(tx: storage.Transaction, seen: LoginCode, at: datetime) -> None:
    """Note that the code that was seen is told once more; the commit raises CodeRaced when it is over, or was told meanwhile."""
    same = (LoginCode.nonce == seen.nonce) & (LoginCode.sent_at == seen.sent_at) & LoginCode.used_at.does_not_exist()
    tx.update(LoginCode.row(seen.holder), [LoginCode.sent_at.set(at)], condition=same, otherwise=CodeRaced())


def spend_try(holder: str, nonce: str, *, at: datetime, right: bool) -> bool:
    """Count one guess, and use the code up if it is right; False when the code is over, so that no guess counts.

    One conditional write: however many guess at once, so many of them count and one of them wins.
    """
    alive = (LoginCode.nonce == nonce) & (LoginCode.tries < MOST_TRIES) & (LoginCode.good_until > at) & LoginCode.used_at.does_not_exist()
    used = [LoginCode.used_at.set(at)] if right else []
    return storage.change(LoginCode.row(holder), [LoginCode.tries.add(1), *used], condition=alive)

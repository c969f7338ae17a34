"""Writes of accounts and lots: amounts are added, never set, so that parallel operations of one client do not wait for each other."""

from typing import Any

from chalicelib.core import storage
from chalicelib.loyalty.accounts.models import Account, Lot

FOR_EVER = "9999-12-31"


def keys(place: str) -> list[storage.Key]:
    """What to read of a client's account."""
    return [Account.at(place)]


def change(tx: storage.Transaction, place: str, actions: list[Any], *, condition: Any = None, otherwise: Exception | None = None) -> None:
    """Change a client's account, making it where nothing was kept of him yet."""
    tx.put_or_update(Account.row(place), actions, condition=condition, otherwise=otherwise)


def add_lot(tx: storage.Transaction, place: str, operation: int, amount: int, expires_on: str | None) -> str:
    """Points that an operation gives: the lot's name. The balance is the account's, written beside it."""
    name = f"{expires_on or FOR_EVER}#{operation:012d}"
    tx.create(
        Lot(place=place, lot=name, amount=amount, operation=operation, expires_on=expires_on, due_in=expires_on[:7] if expires_on else None)
    )
    return name

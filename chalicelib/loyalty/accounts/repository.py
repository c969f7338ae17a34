"""Writes of accounts and lots: amounts are added, never set, so that parallel operations of one client do not wait for each other."""

from typing import Any

from pynamodb.expressions.operand import Path

from chalicelib.clients.index import repository as people
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


def note_purchase_in(tx: storage.Transaction, place: str, cash: int, day: str | None = None, *, visits: int | None = None) -> None:
    """Have lists of clients say that one spent so much more (less, by a refund), and on which day he came.

    A refund says no day. `visits` is how many more visits there were: one where there is a day.
    """
    came = (1 if day else 0) if visits is None else visits
    said = [Path(["loyalty_spent"]).add(cash), Path(["loyalty_visits"]).add(came)]
    people.note_in(tx, place, [*said, Path(["loyalty_last"]).set(day)] if day else said)

"""Writes that make one account of two."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pynamodb.expressions.operand import Path

from chalicelib.core import storage
from chalicelib.core.errors import Busy
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.models import Account, Lot

ADDED = ("balance", "consumed", "money", "spent", "visits")


class AccountsRaced(Busy):
    """One of the two bought or was rewarded meanwhile: look again."""


def give(tx: storage.Transaction, source: Account, given: Mapping[str, int], into: int | None) -> None:
    """Take from an account that is as it was read what passes; `into` is whom it became, once that is all."""
    same = Account.merged_into.does_not_exist()
    for name in ADDED:
        place, known = getattr(Account, name), getattr(source, name)
        same &= place == known if known else (place == 0) | place.does_not_exist()
    less = [getattr(Account, name).add(-amount) for name, amount in given.items()]
    led = [Account.merged_into.set(into)] if into else []
    accounts.change(tx, source.place, [*less, *led], condition=same, otherwise=AccountsRaced())


def get(
    tx: storage.Transaction, place: str, got: Mapping[str, int], sums: Mapping[str, int], said: Mapping[str, Any], *, at: datetime
) -> None:
    """Add it to the other's account, and have it say what was empty there."""
    more = [getattr(Account, name).add(amount) for name, amount in got.items()]
    more += [Path([name]).add(amount) for name, amount in sums.items()]
    alone = Account.merged_into.does_not_exist()
    accounts.change_card(tx, place, said, at=at, more=more, condition=alone, otherwise=AccountsRaced())


def pass_lot(tx: storage.Transaction, lot: Lot, place: str) -> None:
    """A lot that is as it was read is the other's."""
    same = (Lot.amount == lot.amount) & (Lot.expired == lot.expired)
    tx.delete(Lot(lot.place, lot.lot), condition=same, otherwise=AccountsRaced())
    kept = {name: getattr(lot, name) for name in ("amount", "expired", "operation", "expires_on", "due_in")}
    tx.create(Lot(place=place, lot=lot.lot, **kept), otherwise=AccountsRaced())


def follow(child: str, source: int, target: int, at: datetime) -> None:
    """Who was brought by one was brought by whom he became."""
    tx = storage.Transaction()
    same = Account.referrer == source
    accounts.change_card(tx, child, {"referrer": target}, at=at, condition=same, otherwise=AccountsRaced())
    tx.commit()

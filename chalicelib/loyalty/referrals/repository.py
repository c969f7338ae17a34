"""Writes of rewards, and of the programme."""

from datetime import datetime
from typing import Any

from pynamodb.expressions.operand import Path

from chalicelib.company.models import Entry
from chalicelib.core import storage
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.models import Account, Lot
from chalicelib.loyalty.ledger.models import Operation
from chalicelib.loyalty.referrals.config import DIRECTORY, PLACE, Config, kept
from chalicelib.loyalty.referrals.errors import ConfigRaced


def settled(tx: storage.Transaction, row: Operation, shares: list[dict[str, Any]], *, otherwise: Exception) -> None:
    """What a purchase's shares are, where it and its rewards are as they were read."""
    state = Operation.referral_state.does_not_exist() if row.referral_state is None else Operation.referral_state == row.referral_state
    known = Operation.referral.does_not_exist() if row.referral is None else Operation.referral == row.referral
    same = state & known & (Operation.refunded == row.refunded)
    said = [Operation.referral_state.set("done"), Operation.referral.set(shares)]
    tx.update(Operation.row(row.place), said, condition=same, otherwise=otherwise)


def rewarded(tx: storage.Transaction, place: str, unit: str, generation: int, by: int, *, balance: int, otherwise: Exception) -> None:
    """A reward on an account, or (below zero) its taking back: `balance` is how far points or money move."""
    moved = Account.balance.add(balance) if unit == "points" else Account.money.add(balance)
    ready = Account.merged_into.does_not_exist()
    if by > 0:
        ready &= Account.blocked.does_not_exist()
    accounts.change(tx, place, [moved, Path([f"rewarded_{unit}_{generation}"]).add(by)], condition=ready, otherwise=otherwise)


def lower(tx: storage.Transaction, lot: Lot, by: int, *, otherwise: Exception) -> None:
    """Less points of a lot that is as it was read."""
    same = (Lot.amount == lot.amount) & (Lot.expired == lot.expired)
    tx.update(Lot.row(lot.place, lot.lot), [Lot.amount.add(-by)], condition=same, otherwise=otherwise)


def write(tx: storage.Transaction, row: Entry | None, config: Config, *, why: str | None, by: str, at: datetime) -> None:
    """The programme over the row that was read; the commit raises ConfigRaced where it has changed."""
    same = Entry.place.does_not_exist() if row is None else Entry.version == row.version
    version, since = (int(row.version) + 1, row.created_at) if row else (1, at)
    said = kept(config) | ({"reason": why} if why else {})
    new = Entry(directory=DIRECTORY, place=PLACE, said=said, version=version, by=by, created_at=since, updated_at=at)
    tx.put(new, condition=same, otherwise=ConfigRaced())

"""Marks of what was brought, and how history changes an account."""

from collections.abc import Mapping
from typing import Any

from chalicelib.core import storage
from chalicelib.loyalty.accounts import repository as accounts
from chalicelib.loyalty.accounts.errors import AccountRaced
from chalicelib.loyalty.accounts.models import Account
from chalicelib.loyalty.ledger.models import Receipt


class BroughtMeanwhile(Exception):
    """Another import was faster: look again."""


def key(source: str) -> storage.Key:
    """Where it stands that something was brought: beside the receipts, which also make a number one operation's."""
    return Receipt.at(f"import#{source}")


def mark(tx: storage.Transaction, source: str, number: int) -> None:
    """Note that it was brought, by which operation (0: by none); the commit raises BroughtMeanwhile where that is so already."""
    tx.create(Receipt(receipt_number=f"import#{source}", operation=number), otherwise=BroughtMeanwhile())


def learn(tx: storage.Transaction, place: str, account: Account | None, said: Mapping[str, Any]) -> None:
    """Have an account know of purchases of the past; the commit raises AccountRaced where one was made here meanwhile."""
    actions = [getattr(Account, name).set(value) for name, value in said.items()]
    if not actions:
        return
    condition: Any = None
    for name in said:
        seen = getattr(account, name, None)
        same = getattr(Account, name).does_not_exist() if seen is None else getattr(Account, name) == seen
        condition = same if condition is None else condition & same
    accounts.change(tx, place, actions, condition=condition, otherwise=AccountRaced())
    if "last_purchase" in said:
        accounts.note_purchase_in(tx, place, 0, said["last_purchase"]["day"], visits=0)

"""Reads and writes of accounts."""

from datetime import datetime
from typing import Any

from chalicelib.consultations.accounts.errors import AccountRaced
from chalicelib.consultations.accounts.models import Account
from chalicelib.core import storage


def open_account(tx: storage.Transaction, client_id: str, fields: dict[str, Any], at: datetime, *, consultations: int) -> None:
    """Add a client's account."""
    tx.create(Account(client_id=client_id, created_at=at, updated_at=at, consultations=consultations, **fields), otherwise=AccountRaced())


def change(tx: storage.Transaction, account: Account, fields: dict[str, Any], at: datetime) -> None:
    """Write what differs; the commit raises AccountRaced when somebody else became its owner meanwhile."""
    if actions := _differing(account, fields):
        same = _owned_by(account.owner)
        tx.update(Account.row(account.client_id), [*actions, Account.updated_at.set(at)], condition=same, otherwise=AccountRaced())


def count(tx: storage.Transaction, account: Account, fields: dict[str, Any], at: datetime) -> None:
    """The same, and one consultation more; the commit raises AccountRaced when another one was counted meanwhile too."""
    seen = (Account.consultations == account.consultations) & _owned_by(account.owner)
    one_more = [*_differing(account, fields), Account.consultations.add(1), Account.updated_at.set(at)]
    tx.update(Account.row(account.client_id), one_more, condition=seen, otherwise=AccountRaced())


def _owned_by(owner: str | None) -> Any:
    return Account.owner == owner if owner else Account.owner.does_not_exist()


def _differing(account: Account, fields: dict[str, Any]) -> list[Any]:
    return [getattr(Account, name).set(value) for name, value in fields.items() if getattr(account, name) != value]


def know_contact(client_id: str, contact_id: int, source_id: str | None) -> None:
    """Remember who the client is in Chatwoot."""
    source = [Account.source_id.set(source_id)] if source_id else []
    storage.change(Account.row(client_id), [Account.contact_id.set(contact_id), *source])


def know_ref_key(client_id: str, ref_key: str) -> None:
    """Remember who the client is in 1C."""
    storage.change(Account.row(client_id), [Account.cl_ref_key.set(ref_key)])
